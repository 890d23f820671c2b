
local replies, at = {}, 1
while at <= #ARGV do
  local last = at + 1 + tonumber(ARGV[at + 1])
  replies[#replies + 1] = acts[ARGV[at]](unpack(ARGV, at + 2, last))
  at = last + 1
end
publish()
return replies
