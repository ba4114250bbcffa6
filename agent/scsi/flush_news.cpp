#include "agent/scsi/flush_news.h"

#include <algorithm>
#include <utility>

namespace scsi {

IoResult FlushNews::Way::asked(IoResult result) {
  news_.ended(result);
  if (result != IoResult::Ok && result != IoResult::MediumError) return result;
  const bool hears = user_.unaware || (user_.told != nullptr && user_.told != this);
  if (!hears) return result;
  user_.unaware = false;
  user_.told = this;
  return IoResult::MediumError;
}

void FlushNews::Way::heard() {
  if (user_.told == this) user_.told = nullptr;
}

void FlushNews::ended(IoResult result) {
  if (result != IoResult::MediumError) return;
  for (User& user : users_) user.unaware = true;
}

FlushNews::User& FlushNews::join(std::string_view name) {
  auto user = std::find_if(users_.begin(), users_.end(), [&](const User& each) { return each.name == name; });
  if (user == users_.end()) {
    user = users_.insert(users_.end(), User{std::string(name)});
  } else if (user->ways == 0) {
    --away_;
  }
  ++user->ways;
  return *user;
}

void FlushNews::leave(const Way& way) {
  User& user = way.user_;
  if (user.told == &way) {
    user.told = nullptr;
    user.unaware = true;
  }
  if (--user.ways > 0) return;
  const auto at = std::find_if(users_.begin(), users_.end(), [&](const User& each) { return &each == &user; });
  if (!at->unaware) {
    users_.erase(at);
    return;
  }
  users_.splice(users_.end(), users_, at);
  if (++away_ <= remembered_) return;
  users_.erase(std::find_if(users_.begin(), users_.end(), [](const User& each) { return each.ways == 0; }));
  --away_;
}

}  // namespace scsi
