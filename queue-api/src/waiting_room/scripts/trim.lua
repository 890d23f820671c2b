-- Forgets log entries that are in PostgreSQL now. Two who trim the same entries forget them once.
-- ARGV: epoch, position of the first entry, count.
-- Reply: "ok", 1 if they were forgotten now else 0; or "missing".
local state = redis.call('HMGET', room, 'epoch', 'log_head')
if not state[1] then return { 'missing' } end
if state[1] ~= ARGV[1] or state[2] ~= ARGV[2] then return { 'ok', 0 } end
redis.call('LTRIM', log, ARGV[3], -1)
redis.call('HINCRBY', room, 'log_head', ARGV[3])
return { 'ok', 1 }
