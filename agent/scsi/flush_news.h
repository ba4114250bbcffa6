// FlushNews: which users of a device have still to hear that a flush of it has failed.
//
// A device tells once that it lost what was cached, as one whose server came back without it (block/nbd_device.h), and
// no user knows of the flush of another one. So each hears of it by its own next flush, and once, over however many
// ways it reaches the device. Of two that shared the flush one may hear twice: nothing says whether it was one loss. So
// may a user whose answer may be lost with its way: until it goes on over that way its flushes over others fail as
// well.
//
// One owner, one thread. Its ways end before it does. Bound: the users that have a way, and `remembered` others that
// had lost theirs before they heard; beyond, who went first is forgotten. SBC-3, SYNCHRONIZE CACHE.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "agent/scsi/block_device.h"

namespace scsi {

class FlushNews {
  struct User;

 public:
  explicit FlushNews(std::size_t remembered) : remembered_(remembered) {}
  FlushNews(const FlushNews&) = delete;
  FlushNews& operator=(const FlushNews&) = delete;

  // One way of a user to the device: a session, a connection, a file.
  class Way {
   public:
    Way(FlushNews& news, std::string_view user) : news_(news), user_(news.join(user)) {}
    ~Way() { news_.leave(*this); }
    Way(const Way&) = delete;
    Way& operator=(const Way&) = delete;

    // How a flush ends by which the user asks whether what it wrote is durable; the device ended it with `result`.
    [[nodiscard]] IoResult asked(IoResult result);
    // What was answered over this way has reached the user.
    void heard();

   private:
    friend class FlushNews;
    FlushNews& news_;
    User& user_;
  };

  // The device ended a flush by which no user asks, or whose user hears no more of it.
  void ended(IoResult result);

 private:
  struct User {
    std::string name;
    std::uint32_t ways = 0;
    bool unaware = false;       // a flush has failed since its own last one, and may have lost what it wrote
    const Way* told = nullptr;  // over which it was told last, and may not have heard
  };
  User& join(std::string_view name);
  void leave(const Way& way);

  const std::size_t remembered_;
  std::list<User> users_;  // those without a way in the order in which they lost it
  std::size_t away_ = 0;   // of them, those without
};

}  // namespace scsi
