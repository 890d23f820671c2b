-- Tells whoever looks at the view that its geometry was painted anew: the seats are the same.
--
-- ARGV  1 hash of the geometry
-- Reply view_missing
--       done

if view_is_missing() then return { 'view_missing' } end
local version = redis.call('INCR', key('version'))
redis.call('PUBLISH', key('live:seats'), '{"version":' .. int(version) .. ',"seats":[],"map":"' .. ARGV[1] .. '"}')
return { 'done' }
