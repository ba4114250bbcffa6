#include "tests/bench/scn_listeners/fanout.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "shared/isns/status.h"
#include "shared/net/os_error.h"

namespace bench {
namespace {

constexpr int kReachMs = 60'000;  // a notification that takes longer is lost
constexpr std::uint32_t kScnBits = isns::scn::kObjectUpdated | isns::scn::kObjectAdded | isns::scn::kObjectRemoved;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

struct Series {
  std::vector<double> first;
  std::vector<double> middle;
  std::vector<double> last;

  void add(const Spread& spread) {
    first.push_back(spread.first);
    middle.push_back(spread.median);
    last.push_back(spread.last);
  }
  void addTo(JsonLine& line, const std::string& who) const {
    line.add(who + "_first_ms", first).add(who + "_median_ms", middle).add(who + "_last_ms", last);
  }
};

}  // namespace

base::Status Fanout::startListeners() {
  base::Result<std::unique_ptr<Board>> board = Board::make(options_.listeners);
  if (!board) return base::fail(board.error());
  board_ = std::move(*board);
  for (std::uint32_t p = 0; p < options_.processes; ++p) {
    const auto edge = [&](std::uint32_t n) {
      return static_cast<std::uint32_t>(std::uint64_t{options_.listeners} * n / options_.processes);
    };
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return net::osFailure("socketpair");
    net::UniqueFd ours(ends[0]);
    net::UniqueFd theirs(ends[1]);
    const pid_t pid = fork();
    if (pid < 0) return net::osFailure("fork");
    if (pid == 0) {
      ours.reset();
      parts_.clear();  // or this child would keep the others' sockets open
      runListenerProcess(*board_, {edge(p), edge(p + 1) - edge(p), options_.base, options_.server}, std::move(theirs));
    }
    parts_.push_back({std::move(ours)});
  }
  return command(kListen);
}

base::Status Fanout::command(char what) {
  for (const Part& part : parts_) {
    if (write(part.control.get(), &what, 1) != 1) return net::osFailure("a listener process is gone");
  }
  for (const Part& part : parts_) {
    char answer = 0;
    if (read(part.control.get(), &answer, 1) != 1 || answer != what) return base::fail("a listener process failed");
  }
  return {};
}

base::Status Fanout::registerNodes() {
  return client_->exchange(options_.listeners + 1, [this](base::Bytes& out, std::size_t i, std::uint16_t xid) {
    const auto n = static_cast<std::uint32_t>(i);
    if (n == options_.listeners) return appendRegister(out, triggerHost(), xid);
    const net::Address scn = board_->address(n);
    appendRegister(out, options_.base + n, xid, &scn);
  });
}

// Notifications are asked for only afterwards, or every listener would hear of every other one.
base::Status Fanout::zoneNodes() {
  if (options_.lenientDomains) client_->accept(static_cast<std::uint32_t>(isns::Status::InternalError));
  const std::uint32_t members = options_.listeners + 1;
  const std::uint32_t zone = options_.base;
  std::uint32_t domain = 0;
  for (std::uint32_t at = 0; at < members; at += options_.chunk) {
    const auto append = [&](base::Bytes& out, std::size_t, std::uint16_t xid) {
      appendDomain(out, domain, zone, options_.base + at, std::min(options_.chunk, members - at), xid);
    };
    const base::Status done = client_->exchange(1, append, [&](std::size_t, base::ByteView pdu) {
      if (domain == 0) domain = findU32(pdu, isns::tag::kDdId);
    });
    if (!done) return done;
    if (domain == 0) return base::fail("the answer to DDReg has no DD_ID");
  }
  if (!options_.hasSets) return {};
  return client_->exchange(1, [&](base::Bytes& out, std::size_t, std::uint16_t xid) {
    appendDomainSet(out, zone, std::span(&domain, 1), xid);
  });
}

base::Status Fanout::registerForScn() {
  if (!options_.ownConnections) {
    return client_->exchange(options_.listeners, [this](base::Bytes& out, std::size_t i, std::uint16_t xid) {
      appendScnReg(out, options_.base + static_cast<Host>(i), kScnBits, xid);
    });
  }
  if (base::Status sent = command(kRegister); !sent) return sent;
  const std::uint64_t end = nowNs() + std::uint64_t{kReachMs} * 1'000'000U;
  while (board_->registrations() < options_.listeners) {
    if (nowNs() > end) return base::fail("not all nodes could register for notifications");
    poll(nullptr, 0, 1);
  }
  return {};
}

base::Status Fanout::start() {
  if (base::Status done = startListeners(); !done) return done;
  base::Result<Client> client = Client::connect(options_.server, options_.window);
  if (!client) return base::fail(client.error());
  client_ = std::move(*client);
  if (base::Status done = registerNodes(); !done) return done;
  if (base::Status done = zoneNodes(); !done) return done;
  return registerForScn();
}

base::Status Fanout::settle() {
  poll(nullptr, 0, options_.pauseMs);
  board_->wipe();
  return {};
}

base::Result<Spread> Fanout::serverRound() {
  board_->wipe();
  const std::uint64_t start = nowNs();
  const base::Status changed = client_->exchange(1, [this](base::Bytes& out, std::size_t, std::uint16_t xid) {
    appendUpdate(out, triggerHost(), ++version_, xid);
  });
  if (!changed) return base::fail(changed.error());
  if (!board_->awaitAll(kReachMs)) {
    return base::fail("only " + std::to_string(board_->reached()) + " listeners were reached");
  }
  return board_->spread(start);
}

base::Result<Spread> Fanout::bareRound(Child& sender) {
  board_->wipe();
  const std::uint64_t start = nowNs();
  if (base::Status told = sender.tell("go"); !told) return base::fail(told.error());
  if (!board_->awaitAll(kReachMs)) return base::fail("the bare sender did not reach all listeners");
  const Spread spread = board_->spread(start);
  if (base::Status done = sender.expect("done"); !done) return base::fail(done.error());
  return spread;
}

base::Status Fanout::writeSenderFiles() {
  std::ofstream endpoints(file("endpoints"));
  for (std::uint32_t i = 0; i < options_.listeners; ++i) endpoints << board_->address(i).text() << '\n';
  std::ofstream message(file("message"), std::ios::binary);
  const std::string_view sample = base::asText(board_->sample());
  message.write(sample.data(), static_cast<std::streamsize>(sample.size()));
  endpoints.close();
  message.close();
  if (!endpoints || !message) return base::fail("cannot write into " + options_.scratch);
  return {};
}

base::Result<Child*> Fanout::senderFor(Reach reach) {
  std::optional<Child>& sender = reach == Reach::Keep ? keepSender_ : connectSender_;
  if (sender) return &*sender;
  if (base::Status written = writeSenderFiles(); !written) return base::fail(written.error());
  std::vector<std::string> arguments{options_.sender,
                                     "--endpoints",
                                     file("endpoints"),
                                     "--message",
                                     file("message"),
                                     "--answer",
                                     std::to_string(board_->answerSize())};
  if (reach == Reach::Keep) arguments.emplace_back("--keep");
  base::Result<Child> child = Child::start(arguments, options_.senderCpu);
  if (!child) return base::fail(child.error());
  sender.emplace(std::move(*child));
  if (base::Status ready = sender->expect("ready"); !ready) return base::fail(ready.error());
  // A first round that does not count: afterwards the listeners have taken all of its kept connections.
  if (const base::Result<Spread> round = bareRound(*sender); !round) return base::fail(round.error());
  return &*sender;
}

// A round that does not count: connections of the last kind of reach go or come, and the sample is there.
base::Status Fanout::warm(Reach reach) {
  board_->setCloseAfterAnswer(reach == Reach::Connect);
  for (int i = 0; i < 2; ++i) {
    const base::Result<Spread> round = serverRound();
    if (!round) return base::fail(round.error());
    if (base::Status rested = settle(); !rested) return rested;
  }
  return {};
}

base::Result<JsonLine> Fanout::measure(Reach reach, unsigned rounds) {
  if (base::Status warmed = warm(reach); !warmed) return base::fail(warmed.error());
  const base::Result<Child*> sender = senderFor(reach);
  if (!sender) return base::fail(sender.error());
  Series server;
  Series bare;
  std::uint32_t connects = 0;
  std::uint32_t repetitions = 0;
  for (unsigned i = 0; i < rounds; ++i) {
    const base::Result<Spread> ours = serverRound();
    if (!ours) return base::fail(ours.error());
    server.add(*ours);
    poll(nullptr, 0, options_.pauseMs);
    connects += board_->connects();
    repetitions += board_->repetitions();
    const base::Result<Spread> floor = bareRound(**sender);
    if (!floor) return base::fail(floor.error());
    bare.add(*floor);
    if (base::Status rested = settle(); !rested) return base::fail(rested.error());
  }
  JsonLine line;
  line.add("reach", reach == Reach::Keep ? "keep" : "connect").add("listeners", options_.listeners);
  line.add("rounds", rounds).add("scn_bytes", board_->sample().size()).add("answer_bytes", board_->answerSize());
  server.addTo(line, "server");
  bare.addTo(line, "bare");
  line.add("server_connects", connects).add("repetitions", repetitions);
  line.add("last_ratio", median(server.last) / median(bare.last));
  return line;
}

base::Result<JsonLine> Fanout::storm(Reach reach, bool byServer, double seconds) {
  if (base::Status warmed = warm(reach); !warmed) return base::fail(warmed.error());
  const base::Result<Child*> sender = senderFor(reach);
  if (!sender) return base::fail(sender.error());
  const std::uint64_t end = nowNs() + static_cast<std::uint64_t>(seconds * 1e9);
  Series series;
  while (nowNs() < end) {
    const base::Result<Spread> round = byServer ? serverRound() : bareRound(**sender);
    if (!round) return base::fail(round.error());
    series.add(*round);
    if (base::Status rested = settle(); !rested) return base::fail(rested.error());
  }
  JsonLine line;
  line.add("storm_by", byServer ? "server" : "bare").add("rounds", series.last.size());
  line.add("last_ms", median(series.last));
  return line;
}

}  // namespace bench
