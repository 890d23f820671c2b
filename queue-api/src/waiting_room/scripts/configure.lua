-- Applies settings, and a phase, that PostgreSQL already has; older ones than the room's are ignored.
-- ARGV: version, lobby_opens, opens, cap, rate, claim_ms, pass_ms, grace_ms, phase ("": as it is), reason ("": none).
-- Reply: "ok", phase; "old"; "refused" when the phase cannot become that (nothing was changed); or "missing".
local r = advance()
if not r then return { 'missing' } end
local version, to = tonumber(ARGV[1]), ARGV[9]
if version <= r.version then return { 'old', r.phase } end
local before = r.phase == 'scheduled' or r.phase == 'lobby'
if to ~= '' and to ~= r.phase then
  local allowed = to == 'closed' or (to == 'paused' and r.phase == 'open')
    or (to == 'open' and (r.phase ~= 'closed' or r.seed ~= nil))
  if not allowed then return { 'refused' } end
  -- Before the opening only the draw opens: the caller moves `opens` instead.
  if not (before and to == 'open') then redis.call('HSET', room, 'phase', to) end
end
redis.call('HSET', room, 'version', version, 'lobby_opens', ARGV[2], 'opens', ARGV[3], 'cap', ARGV[4],
  'rate', ARGV[5], 'claim_ms', ARGV[6], 'pass_ms', ARGV[7], 'grace_ms', ARGV[8], 'reason', ARGV[10])
r = advance()
return { 'ok', r.phase }
