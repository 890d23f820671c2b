-- Gives back a hold of this user.
--
-- ARGV  1 hold id, 2 user
-- Reply released
--       pinned         a booking was accepted for it
--       gone           unknown, expired, or somebody else's

local hold = read_hold(ARGV[1])
if not hold or hold.user ~= ARGV[2] or view_is_missing() then return { 'gone' } end
local living = hold.deadline > clock()
if living and hold.pinned == '1' then return { 'pinned' } end
free(hold)
publish()
return { living and 'released' or 'gone' }
