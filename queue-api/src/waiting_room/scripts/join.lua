-- Numbers a whole group of joiners in one call. Who has a place that is not over gets the same one.
-- ARGV: most places of a room, then per joiner: who, id for a new place.
-- Reply: "ok", epoch, now, phase, serving, lobby count (-1: not fixed), seed ("": not drawn),
--        then per joiner: ordinal, place, 1 if the broker has confirmed it else 0;
--        or "not-yet", when the lobby opens; or "closed"; or "full"; or "missing".
local r = advance()
if not r then return { 'missing' } end
if r.phase == 'scheduled' then return { 'not-yet', r.lobby_opens } end
if r.phase == 'closed' then return { 'closed' } end
if r.next + (#ARGV - 1) / 2 > tonumber(ARGV[1]) then return { 'full' } end

local reply = { 'ok', r.epoch, r.now, r.phase, r.serving, r.lobby_count or -1, r.seed or '' }
for i = 2, #ARGV, 2 do
  local ordinal, place
  local known = redis.call('HGET', who, ARGV[i])
  if known then
    ordinal, place = parse(known)
    if is_over(r, ordinal) then known = nil end
  end
  if not known then
    ordinal, place = r.next, ARGV[i + 1]
    r.next = r.next + 1
    redis.call('HSET', who, ARGV[i], ordinal .. ':' .. place)
  end
  reply[#reply + 1] = ordinal
  reply[#reply + 1] = place
  reply[#reply + 1] = redis.call('GETBIT', confirmed, ordinal)
end
redis.call('HSET', room, 'next', r.next)
return reply
