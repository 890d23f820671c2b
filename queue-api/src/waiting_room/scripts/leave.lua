-- Gives up a place: waiting, offered or shopping.
-- ARGV: ordinal, place.
-- Reply: "ok", 1 if anything changed else 0; or "missing".
local r = advance()
if not r then return { 'missing' } end
local ordinal = ARGV[1]
if not is_given(r, ordinal) then return { 'ok', 0 } end
if live_lease(r, ordinal) then
  local outcome = redis.call('GETBIT', claimed, ordinal) == 1 and 'given_back' or 'left'
  redis.call('ZREM', leases, ordinal)
  redis.call('RPUSH', log, 'end ' .. r.now .. ' ' .. ordinal .. ' ' .. outcome)
  return { 'ok', 1 }
end
if redis.call('GETBIT', released, ordinal) == 1 or redis.call('GETBIT', left, ordinal) == 1 then
  return { 'ok', 0 }
end
redis.call('SETBIT', left, ordinal, 1)
redis.call('RPUSH', log, 'leave ' .. r.now .. ' ' .. ordinal .. ' ' .. ARGV[2])
return { 'ok', 1 }
