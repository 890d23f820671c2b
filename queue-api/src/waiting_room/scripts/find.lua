-- The place of a joiner, where it is neither over nor unconfirmed; changes nothing.
-- ARGV: who.
-- Reply: "ok", ordinal, place; or "none"; or "missing".
local r = read()
if not r or r.run ~= this_run() then return { 'missing' } end
local known = redis.call('HGET', who, ARGV[1])
if not known then return { 'none' } end
local ordinal, place = parse(known)
if is_over(r, ordinal) or redis.call('GETBIT', confirmed, ordinal) == 0 then return { 'none' } end
return { 'ok', ordinal, place }
