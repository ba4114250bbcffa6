// DiskProcess: the agent's hold on one `san-agent disk` process: tells it which disk it is, hears how it goes, and
// stops it.
//
// The process needs none of this once it was told: the agent may end and begin again, and takes hold of it anew. Two
// connections to its socket: one for orders, one on which it is asked for news all the time. A process that does not
// answer within that time is lost. The loop's thread; hears are called from the loop, and the object
// is not destroyed inside of them.
#pragma once

#include <functional>
#include <string>

#include "agent/app/control_link.h"
#include "agent/attach/disk_plan.h"
#include "agent/attach/target_watch.h"
#include "shared/net/timer.h"

namespace agent {

// Which disk it is, and how it is reached. Whether it may be written the unit itself says, which may say otherwise
// later: an order to read alone would hold for as long as the process does.
struct DiskOrders {
  attach::DiskKey key;
  std::vector<std::string> portals;  // "host:port"
  std::string policy;                // of paths
  attach::LoginProof proof;
};

// Portals and proofs, as disk.configure and attach.device have them; secrets among them.
void setLogin(control::Arguments& arguments, const DiskOrders& orders);

// What a process says of itself (disk.status).
struct DiskStatus {
  std::string state;  // its words; empty: nothing yet
  std::string why;
  attach::DiskKey key;
  std::uint64_t bytes = 0;
  std::uint32_t blockSize = 512;
  bool readOnly = false;
  std::uint64_t clients = 0;  // of its NBD socket
  std::uint64_t change = 0;
  base::Json whole;  // for people

  [[nodiscard]] bool ready() const { return state == "ready" || state == "lost" || state == "refused"; }
};

class DiskProcess {
 public:
  static constexpr std::chrono::seconds kBegin{10};
  static constexpr std::chrono::seconds kTakeHold{2};  // for one that was started before
  // A process is there a few milliseconds after its start.
  static constexpr std::chrono::milliseconds kFirstRetry{1};
  static constexpr std::chrono::milliseconds kRetry{20};
  static constexpr std::chrono::milliseconds kAgain{200};  // orders whose connection was lost
  static constexpr std::chrono::seconds kWait{20};  // for news, a time

  struct Hears {
    std::function<void()> news;                           // status() is another one
    std::function<void(const std::string& why)> lost;     // it has ended, or was never there
    std::function<void(const std::string& why)> refused;  // it does not take its orders
  };
  DiskProcess(net::Loop& loop, std::string controlPath, Hears hears);
  ~DiskProcess();
  DiskProcess(const DiskProcess&) = delete;
  DiskProcess& operator=(const DiskProcess&) = delete;

  // Connects, for as long as a process may take to begin, and asks how it is; then, and whenever they are others, it
  // gets its orders, again until it has answered.
  void begin(base::Duration patience = kBegin);
  void direct(DiskOrders orders);
  // It ends by itself, after a flush; `lost` tells when.
  void stop();

  [[nodiscard]] const DiskStatus& status() const { return status_; }

 private:
  void connect();
  void tell();
  void tellStop();
  void ask();
  void heard(const control::Result& answer);
  void end(const std::string& why);

  net::Loop& loop_;
  Hears hears_;
  ControlLink orders_;
  ControlLink news_;
  net::Timer retry_;
  net::Timer again_;
  base::TimePoint giveUp_ = base::kNever;
  base::Duration pause_ = kFirstRetry;
  std::optional<DiskOrders> wanted_;
  bool told_ = false;  // the orders as they are
  bool stopping_ = false;
  bool ended_ = false;
  DiskStatus status_;
};

}  // namespace agent
