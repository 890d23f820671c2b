-- The oldest log entries.
-- ARGV: how many at most.
-- Reply: "ok", epoch, position of the first, then the entries; or "missing".
local state = redis.call('HMGET', room, 'epoch', 'log_head')
if not state[1] then return { 'missing' } end
local reply = { 'ok', state[1], state[2] }
for _, entry in ipairs(redis.call('LRANGE', log, 0, ARGV[1] - 1)) do reply[#reply + 1] = entry end
return reply
