#include "tests/scenario/san/portal.h"

#include <sstream>

namespace sim {
namespace {

std::string unitsText(const std::vector<attach::UnitSeen>& units) {
  std::ostringstream text;
  text << "units " << units.size();
  for (const attach::UnitSeen& unit : units) text << ' ' << unit.lun << ' ' << unit.designator << ' ' << unit.bytes;
  return text.str() + "\n";
}

// Calls with each whole line; how many bytes they were.
template <class Line>
std::size_t eachLine(base::ByteView bytes, Line&& line) {
  const std::string_view text = base::asText(bytes);
  std::size_t at = 0;
  for (std::size_t end = 0; (end = text.find('\n', at)) != std::string_view::npos; at = end + 1) {
    if (!line(std::string(text.substr(at, end - at)))) return bytes.size();
  }
  return at;
}

}  // namespace

// ---- the target

class Portals::Session final : public SocketUser {
 public:
  Session(Portals& portals, std::shared_ptr<Wire> wire, const net::Address& from)
      : peer(from), portals_(portals), socket(portals.network_, *this) {
    socket.accept(std::move(wire));
  }

  net::Address peer;
  std::string initiator;  // logged in
  std::string target;

 private:
  std::size_t onBytes(base::ByteView bytes) override {
    return eachLine(bytes, [this](const std::string& line) {
      std::istringstream words(line);
      std::string word;
      words >> word;
      if (word == "login") {
        words >> initiator >> target;
        if (!portals_.admits(*this)) {
          initiator.clear();
          socket.write(base::asBytes("refused\n"));
          return true;
        }
        portals_.admitted_(initiator);
        socket.write(base::asBytes("welcome\n"));
      } else if (!initiator.empty()) {
        socket.write(base::asBytes(unitsText(portals_.units_)));
      }
      return true;
    });
  }
  void onEnded(const std::string&, bool) override {
    const auto self = std::ranges::find_if(portals_.sessions_, [this](const auto& one) { return one.get() == this; });
    portals_.network_.timeline().bury(std::move(*self));
    portals_.sessions_.erase(self);
  }

  Portals& portals_;

 public:
  Socket socket;
};

Portals::Portals(Network& network, std::vector<net::Address> addresses, Admitted admitted)
    : network_(network), addresses_(std::move(addresses)), admitted_(std::move(admitted)) {
  for (const net::Address& address : addresses_) {
    network_.listen(address, [this](std::shared_ptr<Wire> wire, const net::Address& peer) {
      sessions_.push_back(std::make_unique<Session>(*this, std::move(wire), peer));
    });
  }
}

Portals::~Portals() {
  for (const net::Address& address : addresses_) network_.leave(address);
}

bool Portals::admits(const Session& session) const {
  const auto target = std::ranges::find(setup_.targets, session.target, &target::TargetSetup::name);
  return target != setup_.targets.end() && target::findRule(*target, session.initiator, session.peer) != nullptr;
}

base::Status Portals::apply(target::Setup setup) {
  setup_ = std::move(setup);
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    if ((*at)->initiator.empty() || admits(**at)) {
      ++at;
      continue;
    }
    (*at)->socket.close();
    network_.timeline().bury(std::move(*at));
    at = sessions_.erase(at);
  }
  return {};
}

std::vector<std::string> Portals::initiators() const {
  std::vector<std::string> names;
  for (const auto& session : sessions_) {
    if (!session->initiator.empty()) names.push_back(session->initiator);
  }
  return names;
}

// ---- the host

void HostSession::open(const net::Address& from, const net::Address& portal, const std::string& initiator,
                       const std::string& target) {
  login_ = "login " + initiator + " " + target + "\n";
  expectWithin(kLogin);
  socket_.connect(from, portal);
}

void HostSession::look() {
  expectWithin(kCommand);
  socket_.write(base::asBytes("look\n"));
}

void HostSession::close() {
  network_.timeline().after({}, [this, life = std::weak_ptr<bool>(closing_ = std::make_shared<bool>())] {
    if (!life.expired()) end(false, "logged out");
  });
}

void HostSession::abandon() {
  over_ = true;
  waiting_.reset();
  closing_.reset();
  socket_.close();
}

void HostSession::onConnected() { socket_.write(base::asBytes(login_)); }

std::size_t HostSession::onBytes(base::ByteView bytes) {
  return eachLine(bytes, [this](const std::string& line) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "refused") {
      end(true, "refused");
      return false;
    }
    waiting_.reset();
    if (word == "welcome") {
      made_ = true;
      hears_.opened();
      return true;
    }
    std::size_t count = 0;
    words >> count;
    std::vector<attach::UnitSeen> units(count);
    for (attach::UnitSeen& unit : units) words >> unit.lun >> unit.designator >> unit.bytes;
    hears_.units(std::move(units));
    return true;
  });
}

void HostSession::onEnded(const std::string& why, bool) { end(false, why); }

void HostSession::expectWithin(base::Duration time) {
  waiting_ = std::make_shared<bool>();
  network_.timeline().after(time, [this, life = std::weak_ptr<bool>(waiting_)] {
    if (!life.expired()) end(false, "no answer in time");
  });
}

void HostSession::end(bool refused, const std::string& why) {
  if (over_) return;
  abandon();
  hears_.ended(refused, made_, why);
}

}  // namespace sim
