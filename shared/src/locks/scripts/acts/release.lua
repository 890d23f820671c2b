-- Gives back a hold of this user.
--
-- Reply  released
--        pinned         a booking was accepted for it
--        gone           unknown, expired, or somebody else's
function acts.release(id, user)
  local hold = read_hold(id)
  if not hold or hold.user ~= user or view_is_missing() then return { 'gone' } end
  local living = hold.deadline > clock()
  if living and hold.pinned == '1' then return { 'pinned' } end
  free(hold)
  return { living and 'released' or 'gone' }
end
