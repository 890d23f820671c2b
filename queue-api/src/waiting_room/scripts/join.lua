-- Numbers a whole group of joiners in one call. Who has a place that is not over gets the same one. A new place gets the
-- first ordinal of its lane whose slot was not passed over; those before it stay nobody's.
-- ARGV: most places of a room, then per joiner: who, id for a new place, lane (one that is not there: everybody's).
-- Reply: "ok", epoch, now, phase, serving, cycle, lobby counts (-1: not fixed), seed ("": not drawn),
--        then per joiner: ordinal, place, 1 if the broker has confirmed it else 0;
--        or "not-yet", when the lobby opens; or "closed"; or "full"; or "missing".
local r = advance()
if not r then return { 'missing' } end
if r.phase == 'scheduled' then return { 'not-yet', r.lobby_opens } end
if r.phase == 'closed' then return { 'closed' } end
local first, all = {}, 0
for lane = 1, r.lanes do
  first[lane] = math.max(r.given[lane], below(r, lane - 1, r.serving))
  all = all + first[lane]
end
if all + (#ARGV - 1) / 3 > tonumber(ARGV[1]) then return { 'full' } end

local function number(lane)
  local from, to = r.given[lane + 1], first[lane + 1]
  if to > from then
    redis.call('HINCRBY', room, 'gaps', to - from)
    redis.call('RPUSH', log, table.concat({ 'gap', r.now, lane, from, to }, ' '))
  end
  r.given[lane + 1], first[lane + 1] = to + 1, to + 1
  return to * r.lanes + lane
end

local reply = { 'ok', r.epoch, r.now, r.phase, r.serving, r.cycle, r.lobby_count or -1, r.seed or '' }
for i = 2, #ARGV, 3 do
  local ordinal, place
  local safe = 0
  local known = redis.call('HGET', who, ARGV[i])
  if known then
    ordinal, place = parse(known)
    if is_over(r, ordinal) then known = nil end
  end
  if not known then
    local lane = tonumber(ARGV[i + 2])
    ordinal, place = number(lane < r.lanes and lane or 0), ARGV[i + 1]
    redis.call('HSET', who, ARGV[i], ordinal .. ':' .. place)
  else
    safe = redis.call('GETBIT', confirmed, ordinal)
  end
  reply[#reply + 1] = ordinal
  reply[#reply + 1] = place
  reply[#reply + 1] = safe
end
redis.call('HSET', room, 'next', table.concat(r.given, ' '))
return reply
