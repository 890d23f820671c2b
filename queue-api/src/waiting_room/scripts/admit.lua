-- "Admit n now": the next n places may come in beyond the rate and also while paused, never beyond the cap. What finds
-- no place or no lease within ARGV[2] ms lapses.
-- ARGV: count, ms.
-- Reply: "ok", how many are allowed in now; "refused" when the room neither is open nor paused; or "missing".
local r = advance()
if not r then return { 'missing' } end
if r.phase ~= 'open' and r.phase ~= 'paused' then return { 'refused' } end
local extra = extra_left(r) + tonumber(ARGV[1])
redis.call('HSET', room, 'extra', extra, 'extra_until', r.now + ARGV[2])
return { 'ok', extra }
