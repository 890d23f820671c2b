-- Marks places that the broker holds now.
-- ARGV: epoch of the join, then ordinals.
-- Reply: "ok", then per ordinal 1, or 0 when it was forfeited meanwhile (its joiner must join again);
--        or "stale" when the room was made again since; or "missing".
local epoch = redis.call('HGET', room, 'epoch')
if not epoch then return { 'missing' } end
if epoch ~= ARGV[1] then return { 'stale' } end
local reply = { 'ok' }
for i = 2, #ARGV do
  local ok = redis.call('GETBIT', left, ARGV[i]) == 0 or redis.call('GETBIT', confirmed, ARGV[i]) == 1
  if ok then redis.call('SETBIT', confirmed, ARGV[i], 1) end
  reply[i] = ok and 1 or 0
end
return reply
