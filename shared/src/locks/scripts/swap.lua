-- Shows that a sold ticket has moved from one seat to another; the other one was blocked for it.
--
-- ARGV  1 seat it had, 2 seat it has
-- Reply view_missing
--       done; doing it again changes nothing

if view_is_missing() then return { 'view_missing' } end
move({ ARGV[2] }, { [BLOCKED] = true, [AVAILABLE] = true }, SOLD)
if redis.call('EXISTS', key('seat:' .. ARGV[1])) == 0 then
  if list_waits() then keep_seats({ ARGV[1] }, SOLD) else move({ ARGV[1] }, { [SOLD] = true }, AVAILABLE) end
end
publish()
return { 'done' }
