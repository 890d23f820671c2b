-- Makes the draw known and opens the room. The count of the lobby was fixed before, and both are in PostgreSQL.
-- ARGV: seed (hex).
-- Reply: "ok", lobby counts; "refused" when the room is not in its lobby or the opening has not come; or "missing".
local r = advance()
if not r then return { 'missing' } end
if r.phase ~= 'lobby' or not r.lobby_count then return { 'refused' } end
redis.call('HSET', room, 'phase', 'open', 'seed', ARGV[1])
return { 'ok', r.lobby_count }
