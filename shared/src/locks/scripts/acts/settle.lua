-- Shows the outcome of a decided booking. Repeating it changes nothing.
--
-- what   "sold", "rejected" or "returned"
-- lease  or empty
-- Reply  done
--        pending        the view is missing; whoever rebuilds it will apply this
function acts.settle(what, id, user, seats_text, areas_text, lease)
  if what == 'sold' and lease ~= '' and redis.call('ZREM', key('leases'), lease) == 1 then
    redis.call('RPUSH', key('log'), 'end ' .. int(clock()) .. ' ' .. lease .. ' finished')
  end
  if view_is_missing() then
    if what ~= 'rejected' then
      redis.call('RPUSH', key('pending'), table.concat({ what, id, user, seats_text, areas_text }, '|'))
      redis.call('PEXPIRE', key('pending'), RETAIN_MS)
    end
    return { 'pending' }
  end
  local hold = { id = id, user = user, seats = seats_text, areas = areas_text, lease = lease }
  if what == 'sold' then
    sell(hold)
  elseif what == 'returned' then
    return_sold(hold)
  else
    local known = read_hold(id)
    if known and known.user == user then free(known) end
  end
  return { 'done' }
end
