// The coordinator: brings listeners into one zone, triggers changes, and measures how far each notification got.
//
// Every round of the server has a round of the bare sender beside it, over the same listening sockets and with a
// message of the same bytes. A server bears one such zone: the next run's portals would have the same addresses.
// Failures are base::Result. One thread; its listeners are processes of their own.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/common/client.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/scn_listeners/board.h"
#include "tests/bench/scn_listeners/child.h"
#include "tests/bench/scn_listeners/listener_process.h"

namespace bench {

struct FanoutOptions {
  net::Address server;
  std::uint32_t listeners = 1000;
  std::uint32_t processes = 4;
  Host base = 0;
  std::uint32_t chunk = 500;  // members in one DDReg
  std::size_t window = Client::kWindow;
  bool hasSets = true;          // false: open-isns
  bool lenientDomains = false;  // DDReg may answer 11: open-isns does when its answer becomes too long
  bool ownConnections = false;  // nodes register for notifications over connections of their own
  int senderCpu = -1;           // of the bare sender
  int pauseMs = 100;            // between two rounds, for both sides to come to rest
  std::string sender;           // path of bare_fanout
  std::string scratch;          // folder for its files
};

enum class Reach { Connect, Keep };  // a connection for each notification, or one for all

class Fanout {
 public:
  explicit Fanout(const FanoutOptions& options) : options_(options) {}

  // Makes the listeners and registers their nodes.
  base::Status start();
  // `rounds` of the server and of the bare sender, in turns.
  base::Result<JsonLine> measure(Reach reach, unsigned rounds);
  // Rounds without an end but the time, of the server or of the bare sender, as a burden for other clients.
  base::Result<JsonLine> storm(Reach reach, bool byServer, double seconds);

 private:
  struct Part {
    net::UniqueFd control;
  };

  base::Status startListeners();
  base::Status command(char what);
  base::Status registerNodes();
  base::Status zoneNodes();
  base::Status registerForScn();
  base::Result<Spread> serverRound();
  base::Result<Spread> bareRound(Child& sender);
  base::Status settle();
  base::Status warm(Reach reach);
  // The sender of this kind, started when first asked for.
  base::Result<Child*> senderFor(Reach reach);
  base::Status writeSenderFiles();
  [[nodiscard]] std::string file(const char* name) const { return options_.scratch + "/" + name; }
  [[nodiscard]] Host triggerHost() const { return options_.base + options_.listeners; }

  FanoutOptions options_;
  std::unique_ptr<Board> board_;
  std::vector<Part> parts_;
  std::optional<Client> client_;
  std::optional<Child> connectSender_;
  std::optional<Child> keepSender_;
  std::uint32_t version_ = 0;
};

}  // namespace bench
