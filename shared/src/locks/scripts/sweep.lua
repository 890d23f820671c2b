-- Frees what expired holds still show as held. Safe to run anywhere, any time, by several at once.
--
-- ARGV  1 most holds to look at
-- Reply holds freed, holds that are left (living or due)

if view_is_missing() then return { 0, redis.call('ZCARD', key('due')) } end
local due = redis.call('ZRANGEBYSCORE', key('due'), '-inf', int(clock()), 'LIMIT', 0, tonumber(ARGV[1]))
for _, id in ipairs(due) do
  local hold = read_hold(id)
  if hold then free(hold) else redis.call('ZREM', key('due'), id) end
end
publish()
return { #due, redis.call('ZCARD', key('due')) }
