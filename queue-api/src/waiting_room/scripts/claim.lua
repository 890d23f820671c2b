-- Takes up an offer: the place may shop until the reply's deadline. Again for the same place: the same deadline.
-- ARGV: ordinal.
-- Reply: "ok", expiry, now; or "not-yet", "over", "left", "closed", "missing".
local r = advance()
if not r then return { 'missing' } end
local ordinal = ARGV[1]
if redis.call('GETBIT', left, ordinal) == 1 then return { 'left' } end
local expiry = live_lease(r, ordinal)
if expiry and redis.call('GETBIT', claimed, ordinal) == 1 then return { 'ok', expiry, r.now } end
if r.phase == 'closed' then return { 'closed' } end
if not expiry then
  return { redis.call('GETBIT', released, ordinal) == 1 and 'over' or 'not-yet' }
end
expiry = r.now + r.pass_ms
redis.call('SETBIT', claimed, ordinal, 1)
redis.call('ZADD', leases, expiry, ordinal)
redis.call('RPUSH', log, 'claim ' .. r.now .. ' ' .. ordinal)
return { 'ok', expiry, r.now }
