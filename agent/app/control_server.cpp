#include "agent/app/control_server.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>

#include "agent/control/message.h"
#include "shared/base/secret.h"

namespace agent {
namespace {

constexpr mode_t kSocketMode = 0660;

bool isMember(uid_t uid, gid_t primary, gid_t wanted) {
  if (primary == wanted) return true;
  const struct passwd* user = ::getpwuid(uid);
  if (user == nullptr) return false;
  int count = 256;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(user->pw_name, user->pw_gid, groups.data(), &count) < 0) return false;
  return std::find(groups.begin(), groups.begin() + count, wanted) != groups.begin() + count;
}

}  // namespace

// One connection: lines in order, one at a time.
class ControlServer::Client final : private net::StreamOwner {
 public:
  Client(ControlServer& server, std::uint64_t id, const ControlPeer& peer)
      : server_(server),
        id_(id),
        peer_(peer),
        stream_(server.loop_, *this,
                {.maxInput = control::kMaxRequest,
                 .highWater = control::kMaxAnswer,
                 .lowWater = 0,
                 .maxOutput = control::kMaxAnswer + control::kMaxRequest}) {}

  base::Status accept(net::UniqueFd fd) { return stream_.accept(std::move(fd), net::Address()); }
  [[nodiscard]] base::TimePoint lastActivity() const { return stream_.lastActivity(); }
  [[nodiscard]] bool working() const { return working_; }
  void close() { stream_.close(); }

 private:
  std::size_t onData(net::Stream&, base::ByteView bytes) override {
    const std::string_view text = base::asText(bytes);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return 0;
    stream_.pauseReading();
    working_ = true;
    // The answer may come when this connection has gone.
    server_.onLine_(text.substr(0, end), peer_, [&server = server_, id = id_](std::string answer) {
      const auto at = server.clients_.find(id);
      if (at != server.clients_.end()) at->second->answer(std::move(answer));
    });
    // The stream's own memory, which it reads no more.
    base::wipe({const_cast<std::uint8_t*>(bytes.data()), end});
    return end + 1;
  }
  void onEof(net::Stream&) override {
    eof_ = true;
    if (!working_) leave();
  }
  void onClosed(net::Stream&, const net::Closed&) override { server_.ended(id_); }

  void answer(std::string text) {
    working_ = false;
    if (!stream_.isOpen()) return;
    stream_.write(base::asBytes(text));
    if (eof_) return leave();
    stream_.resumeReading();
  }
  void leave() { stream_.closeAfterFlush(); }

  ControlServer& server_;
  const std::uint64_t id_;
  const ControlPeer peer_;
  net::Stream stream_;
  bool working_ = false;
  bool eof_ = false;
};

ControlServer::ControlServer(net::Loop& loop, OnLine onLine, OnRefused onRefused)
    : loop_(loop),
      onLine_(std::move(onLine)),
      onRefused_(std::move(onRefused)),
      listener_(loop, *this),
      remove_(loop.timers(), [this] { removeEnded(); }) {}

ControlServer::~ControlServer() = default;

base::Status ControlServer::listen(const std::string& path) {
  if (auto listening = listener_.listen(path, kSocketMode); !listening) {
    return base::fail("control.socket: " + listening.error().text);
  }
  return {};
}

base::Status ControlServer::giveTo(const std::string& group) {
  group_ = group;
  return listener_.giveTo(group);
}

base::Status ControlServer::listenPrivately(const std::string& path) {
  constexpr mode_t kOwnMode = 0600;
  return listener_.listen(path, kOwnMode);
}

bool ControlServer::mayUse(const ControlPeer& peer, gid_t peerGroup) const {
  if (peer.uid == 0 || peer.uid == ::geteuid()) return true;
  if (group_.empty()) return false;
  const struct group* entry = ::getgrnam(group_.c_str());
  return entry != nullptr && isMember(peer.uid, peerGroup, entry->gr_gid);
}

void ControlServer::onUnixAccepted(net::UnixListener&, net::UniqueFd fd) {
  const auto credentials = net::unixPeerOf(fd.get());
  if (!credentials) return;
  const ControlPeer peer{credentials->uid, credentials->pid};
  if (!mayUse(peer, credentials->gid)) {
    return onRefused_(peer, "it is neither root nor the agent's user nor a member of control.group");
  }
  if (clients_.size() >= kMaxConnections) makeRoom();
  if (clients_.size() >= kMaxConnections) return onRefused_(peer, "all connections are busy");
  const std::uint64_t id = nextClient_++;
  auto client = std::make_unique<Client>(*this, id, peer);
  if (client->accept(std::move(fd))) clients_.emplace(id, std::move(client));
}

void ControlServer::makeRoom() {
  auto oldest = clients_.end();
  for (auto at = clients_.begin(); at != clients_.end(); ++at) {
    if (at->second->working()) continue;
    if (oldest == clients_.end() || at->second->lastActivity() < oldest->second->lastActivity()) oldest = at;
  }
  if (oldest != clients_.end()) clients_.erase(oldest);
}

void ControlServer::ended(std::uint64_t id) {
  ended_.push_back(id);
  remove_.startAt(loop_.now());
}

void ControlServer::removeEnded() {
  for (const std::uint64_t id : std::exchange(ended_, {})) clients_.erase(id);
}

}  // namespace agent
