-- Makes a room that is missing or of another life, in several calls: nobody sees it before it is finished, and of two builders only the
-- one that began last gets through.
-- ARGV: token of the builder, then a step:
--   "begin"                          removes what may be left of an older room
--   "fill", command, key number, …   runs a writing command on one of the other keys
--   "finish", field, value, …        makes the room itself
-- Reply: "ok"; "exists" when there is a room; "lost" when another builder began later.
local run = this_run()
if redis.call('HGET', room, 'run') == run then return { 'exists' } end
-- Of this life of this server only: what was begun on another one may lack what happened there since.
local builder = ARGV[1] .. ' ' .. run
if ARGV[2] == 'begin' then
  redis.call('DEL', room, who, confirmed, left, released, claimed, leases, admissions, log)
  redis.call('SET', building, builder, 'PX', 60000)
  return { 'ok' }
end
if redis.call('GET', building) ~= builder then return { 'lost' } end
if ARGV[2] == 'fill' then
  redis.call(ARGV[3], KEYS[tonumber(ARGV[4])], unpack(ARGV, 5))
  return { 'ok' }
end
redis.call('HSET', room, 'run', run, unpack(ARGV, 3))
redis.call('DEL', building)
return { 'ok' }
