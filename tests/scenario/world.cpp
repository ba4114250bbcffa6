#include "tests/scenario/world.h"

#include <algorithm>
#include <stdexcept>

#include "isns-server/core/store_loader.h"
#include "shared/base/hex.h"
#include "shared/isns/ip_text.h"
#include "shared/isns/message_writer.h"
#include "shared/isns/value_text.h"
#include "shared/names/wwn.h"

namespace scenario {

namespace tag = isns::tag;

// The words of a line; quotes hold spaces together.
struct World::Words {
  std::vector<std::string> list;
  std::size_t at = 0;

  explicit Words(const std::string& line) {
    std::string word;
    bool quoted = false;
    bool any = false;
    for (char c : line) {
      if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (c == ' ' && !quoted) {
        if (any) list.push_back(word);
        word.clear();
        any = false;
      } else {
        word += c;
        any = true;
      }
    }
    if (any) list.push_back(word);
  }
  [[nodiscard]] bool empty() const { return at == list.size(); }
  std::string next() {
    if (empty()) throw std::runtime_error("the line ends too early");
    return list[at++];
  }
};

// How a request is put into PDUs; what a transcript does not say is as it should be.
struct World::Framing {
  isns::PduHeader header;
  std::size_t cut = isns::kMaxPduPayload;
  std::uint32_t block = 0;  // structure of the authentication block; 0: none

  [[nodiscard]] base::Bytes pdus(base::ByteView payload) const {
    base::Bytes bytes;
    isns::PduHeader h = header;
    std::size_t at = 0;
    do {
      const base::ByteView part = payload.subspan(at, std::min(cut, payload.size() - at));
      if (at == 0) h.flags |= isns::flag::kFirst;
      else h.flags &= static_cast<std::uint16_t>(~isns::flag::kFirst);
      at += part.size();
      if (at == payload.size()) h.flags |= isns::flag::kLast;
      if (block != 0) h.flags |= isns::flag::kAuthentication;
      h.length = static_cast<std::uint16_t>(part.size());
      const std::size_t start = bytes.size();
      bytes.resize(start + isns::kPduHeaderSize);
      isns::storePduHeader(bytes.data() + start, h);
      bytes.insert(bytes.end(), part.begin(), part.end());
      constexpr std::uint8_t kNoSignature[4] = {};
      if (block != 0) isns::encodeAuthBlock(bytes, {block, 1'700'000'000, "somebody", kNoSignature});
      ++h.sequenceId;
    } while (at < payload.size());
    return bytes;
  }
};

namespace {

base::Bytes hexBytes(const std::string& text) {
  base::Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// "field=value", "field" or "tag(N)=hex".
void writeAttribute(const std::string& word, isns::AttributeWriter& out) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const std::string value = equals == std::string::npos ? std::string() : word.substr(equals + 1);
  if (name.starts_with("tag(")) {
    return out.raw(static_cast<isns::Tag>(std::stoul(name.substr(4))), hexBytes(value));
  }
  const isns::AttributeRow* row = isns::findAttributeByField(name);
  if (row == nullptr) throw std::runtime_error("no attribute is called " + name);
  if (equals == std::string::npos || value.empty()) return out.empty(row->tag);
  if (value.starts_with("hex:")) return out.raw(row->tag, hexBytes(value.substr(4)));
  // Names are sent as they are written: to normalise them is the server's work.
  if (row->kind == isns::ValueKind::IscsiName || row->kind == isns::ValueKind::Eid) return out.text(row->tag, value);
  auto bytes = isns::parseValue(*row, value);
  if (!bytes) throw std::runtime_error(name + ": " + bytes.error().text);
  out.raw(row->tag, *bytes);
}

std::string attributeText(const isns::Attribute& a) {
  if (a.isDelimiter()) return "|";
  const isns::AttributeRow* row = isns::findAttribute(a.tag);
  const bool own = row != nullptr && row->tag == a.tag;
  const std::string name = own ? std::string(row->field) : "tag(" + std::to_string(a.tag) + ")";
  if (a.empty()) return name;
  std::string value = own ? isns::formatValue(a) : base::hexText(a.value);
  if (value.find(' ') != std::string::npos) value = '"' + value + '"';
  return name + "=" + value;
}

}  // namespace

World::World() : database_(std::make_shared<memory::MemoryDatabase>(core::schema())) {
  core::ControlNode control;
  control.name = "isns.control";
  control.addresses.push_back({*isns::parseIp("127.0.0.0"), 104});
  policy_.controlNodes.push_back(control);
  arrival_.peer.address = *isns::parseIp("10.0.0.1");
  arrival_.peer.port = 40000;
}

void World::start() {
  if (server_) return;
  store_ = std::make_unique<memory::MemoryStore>(database_);
  core::ServerOptions options;
  options.seed = 1;
  options.random = [] { return 0U; };
  server_ = std::make_unique<core::Server>(policy_, std::move(options), now());
  core::StoreLoader loader(*server_, [this] { return now(); });
  auto info = store_->load(loader);
  if (!info) throw std::runtime_error(info.error().text);
  auto lease = store_->lease(store::LeaseAction::Acquire, "scenario", {});
  if (!lease) throw std::runtime_error(lease.error().text);
  epoch_ = lease->epoch;
}

void World::set(const std::string& key, const std::string& value) {
  const bool on = value == "on";
  const auto number = [&] { return static_cast<std::uint32_t>(std::stoul(value, nullptr, 0)); };
  if (key == "unknown_source") policy_.unknownSource = value == "empty" ? core::UnknownSource::Empty : core::UnknownSource::Reject;
  else if (key == "source_check") policy_.sourceCheck = value == "log" ? core::SourceCheck::Log : value == "open" ? core::SourceCheck::Open : core::SourceCheck::Enforce;
  else if (key == "agent_check")
    policy_.agentCheck = value == "log"    ? core::SourceCheck::Log
                         : value == "open" ? core::SourceCheck::Open
                                           : core::SourceCheck::Enforce;
  else if (key == "unassigned_domains") policy_.unassignedDomains = value == "active" ? core::UnassignedDomains::Active : core::UnassignedDomains::Inactive;
  else if (key == "default_domain") policy_.defaultDomain = on;
  else if (key == "relaxed_names") policy_.relaxedNames = on;
  else if (key == "esi") policy_.esiEnabled = on;
  else if (key == "esi_default_interval")
    policy_.esiDefaultInterval = number();
  else if (key == "esi_min_interval")
    policy_.esiMinInterval = number();
  else if (key == "esi_max_interval")
    policy_.esiMaxInterval = number();
  else if (key == "default_period")
    policy_.defaultPeriod = number();
  else if (key == "scn") policy_.scnEnabled = on;
  else if (key == "management_scn") policy_.managementScn = on;
  else if (key == "scn_queue_events") policy_.scnQueueEvents = number();
  else if (key == "max_objects") policy_.maxObjects = number();
  else if (key == "objects_of_source")
    policy_.maxObjectsOfSource = number();
  else if (key == "targets_modify_domains") policy_.targetsModifyDomains = on;
  else if (key == "initiators_modify_domains") policy_.initiatorsModifyDomains = on;
  else if (key == "assign_wwnn_token") policy_.assignWwnnToken = on;
  else if (key == "oui") policy_.wwnnOui = policy_.vendorOui = number();
  else if (key == "max_response") policy_.maxResponse = number();
  else if (key == "authentication") authentication_.mode = value == "require" ? session::AuthMode::Require : on ? session::AuthMode::Accept : session::AuthMode::Off;
  else if (key == "ifcp_targets_modify_domains") policy_.ifcpTargetsModifyDomains = on;
  else if (key == "control_node") {
    core::ControlNode node;
    if (const auto wwpn = names::parseWwn(value)) {
      node.wwpn = *wwpn;
    } else {
      node.name = value;
    }
    node.addresses.push_back({*isns::parseIp("127.0.0.0"), 104});
    policy_.controlNodes.push_back(node);
  } else if (key == "no_control_node") {
    const auto wwpn = names::parseWwn(value);
    std::erase_if(policy_.controlNodes,
                  [&](const core::ControlNode& node) { return wwpn ? node.wwpn == *wwpn : node.name == value; });
  } else {
    throw std::runtime_error("no setting is called " + key);
  }
  if (server_) server_->setPolicy(policy_, now());
}

// "nobody", or an EID, names and addresses, and that again.
void World::guard(Words& words) {
  std::vector<core::NameGuards::Guard> guards;
  for (std::string word = words.next(); word != "nobody"; word = words.empty() ? "nobody" : words.next()) {
    if (const auto address = isns::parseIp(word)) {
      guards.back().addresses.push_back(*address);
    } else if (word.starts_with("iqn.")) {
      guards.back().names.push_back(word);
    } else {
      guards.push_back({word, {}, {}});
    }
  }
  server_->guardNames(std::make_shared<const core::NameGuards>(std::move(guards)));
}

Lines World::run(const std::string& line) {
  Lines out;
  Words words(line);
  const std::string command = words.next();
  if (command == "set") {
    const std::string key = words.next();
    set(key, words.next());
    return out;
  }
  start();
  if (command == "from") {
    arrival_.peer.address = *isns::parseIp(words.next());
    arrival_.peer.udp = !words.empty() && words.next() == "udp";
  } else if (command == "connection") {
    connection_ = words.next();
  } else if (command == "signed-by") {
    static std::string spi;  // a transcript has one signer at a time
    spi = words.next();
    arrival_.peer.authenticatedSpi = spi == "nobody" ? std::string_view() : std::string_view(spi);
  } else if (command == "guard") {
    guard(words);
  } else if (command == "repeat") {
    const std::size_t times = std::stoul(words.next());
    const std::string repeated = line.substr(line.find(words.list[1]) + words.list[1].size() + 1);
    for (std::size_t i = 0; i < times; ++i) out = run(repeated);
  } else if (command == "hold") {
    held_ = true;
  } else if (command == "commit") {
    held_ = false;
    settle(out);
  } else if (command == "fail") {
    database_->setFailure(store::Error{store::ErrorKind::Full, "the disk is full"});
  } else if (command == "heal") {
    database_->setFailure(std::nullopt);
  } else if (command == "silent") {
    silent_ = words.next() == "on";
  } else if (command == "advance") {
    advance(std::stol(words.next()), out);
  } else if (command == "restart") {
    server_.reset();
    sessions_.clear();
    connected_.clear();
    start();
    settle(out);
  } else if (command == "state") {
    state(out);
  } else {
    words.at = 0;
    request(words, out);
  }
  return out;
}

void World::request(Words& words, Lines& out) {
  const std::string name = words.next();
  std::uint16_t function = 0;
  if (name.starts_with("0x")) {
    function = static_cast<std::uint16_t>(std::stoul(name, nullptr, 16));
  } else {
    for (const isns::FunctionRow& row : isns::functionTable()) {
      if (row.name == name) function = isns::idOf(row.function);
    }
    if (function == 0) throw std::runtime_error("no message and no command is called " + name);
  }
  Framing framing;
  framing.header.function = function;
  framing.header.flags = isns::flag::kClient;
  framing.header.transactionId = ++transaction_;
  base::Bytes payload;
  isns::AttributeWriter writer(payload);
  while (!words.empty()) {
    const std::string word = words.next();
    const auto number = [&] {
      return static_cast<std::uint16_t>(std::stoul(word.substr(word.find('=') + 1), nullptr, 0));
    };
    if (word == "replace") {
      framing.header.flags |= isns::flag::kReplace;
    } else if (word.starts_with("version=")) {
      framing.header.version = number();
    } else if (word.starts_with("flags=")) {
      framing.header.flags |= number();
    } else if (word.starts_with("cut=")) {
      framing.cut = number();
    } else if (word.starts_with("block=")) {
      framing.block = number();
    } else if (word == "raw") {
      const base::Bytes raw = hexBytes(words.next());
      payload.insert(payload.end(), raw.begin(), raw.end());
    } else if (word.starts_with("xid=")) {
      framing.header.transactionId = number();
    } else if (word.starts_with("source=")) {
      writer.text(tag::kIscsiName, word.substr(7));
    } else if (word == "key:") {
      continue;
    } else if (word == "op:" || word == "|") {
      writer.delimiter();
    } else {
      writeAttribute(word, writer);
    }
  }
  receive(framing.pdus(payload), out);
}

void World::receive(base::ByteView bytes, Lines& out) {
  if (core::Session& session = sessions_[connection_]; session.id == 0) session.id = sessions_.size();
  struct Sink {
    World& world;
    Lines& out;
    bool onMessage(const isns::Message& message) {
      world.answer(message, out);
      return true;
    }
    bool onFault(const isns::FramingFault& fault) {
      world.refuse(fault, out);
      return true;
    }
  } sink{*this, out};
  if (arrival_.peer.udp) {
    const isns::DatagramMessage datagram(bytes);
    if (datagram.message()) answer(*datagram.message(), out);
    if (datagram.fault()) refuse(*datagram.fault(), out);
  } else {
    isns::MessageAssembler assembler({});
    (void)assembler.feed(bytes, sink);
    if (assembler.framingLost()) out.push_back("(connection closed)");
  }
}

void World::refuse(const isns::FramingFault& fault, Lines& out) {
  if (!fault.answerable()) return;
  base::Bytes bytes;
  const core::Disposition disposition = server_->refuse(sessions_[connection_], arrival_, fault.header.function,
                                                        fault.header.transactionId, fault.status, bytes);
  deliverAnswer(disposition, bytes, out);
}

void World::answer(const isns::Message& message, Lines& out) {
  core::Session& session = sessions_[connection_];
  base::Bytes bytes;
  session::Authenticator authenticator(authentication_, std::make_shared<session::PemKeyStore>(), std::nullopt);
  const isns::Status status = authenticator.authenticate(message, wall_).status;
  const core::Disposition disposition =
      status == isns::Status::Successful
          ? server_->onMessage(session, arrival_, message, now(), bytes).disposition
          : server_->refuse(session, arrival_, message.function, message.transactionId, status, bytes);
  deliverAnswer(disposition, bytes, out);
}

void World::deliverAnswer(core::Disposition disposition, base::ByteView bytes, Lines& out) {
  switch (disposition) {
    case core::Disposition::Answered:
      print(bytes, "", out);
      break;
    case core::Disposition::Held:
      if (held_) out.push_back("(held)");
      break;
    case core::Disposition::Silent:
      out.push_back("(no answer)");
      break;
  }
  for (const core::Notice& notice : server_->takeNotices()) {
    if (notice.kind == core::Notice::Kind::SourceViolation) out.push_back("(notice: source violation by " + notice.subject + ")");
    if (notice.kind == core::Notice::Kind::SourceRefused) {
      const std::string about = notice.object.empty() ? "" : notice.object + " of ";
      out.push_back("(notice: source refused: " + notice.subject + ", " + about + "\"" + notice.entity + "\")");
    }
    if (notice.kind == core::Notice::Kind::ShareRefused) {
      out.push_back("(notice: too many objects of " + isns::formatIp(notice.address) + ": " + notice.subject + ")");
    }
    if (notice.kind == core::Notice::Kind::ControlNodeRefused) out.push_back("(notice: control node refused: " + notice.subject + ")");
    if (notice.kind == core::Notice::Kind::AgentRefused)
      out.push_back("(notice: refused for agent " + notice.entity + ": " + notice.subject + ")");
    if (notice.kind == core::Notice::Kind::AgentViolation)
      out.push_back("(notice: let through for agent " + notice.entity + ": " + notice.subject + ")");
  }
  settle(out);
}

void World::commit(Lines& out) {
  while (auto batch = server_->takeBatch()) {
    const auto result = store_->commit(*batch, epoch_);
    server_->onCommitted(std::move(*batch), result ? core::CommitResult::Committed : core::CommitResult::Failed, now());
    for (const core::Release& release : server_->releases().list) {
      for (auto& [name, session] : sessions_) {
        if (session.id == release.session) session.release(release.size);
      }
      print(server_->releases().bytesOf(release), "", out);
    }
    server_->released();
  }
}

void World::settle(Lines& out) {
  if (held_) return;
  for (int i = 0; i < 3; ++i) {
    commit(out);
    deliver(out);
    server_->settle(now());
  }
}

// Carries out what Outbound wants: every connection succeeds; clients answer unless they are silent.
void World::deliver(Lines& out) {
  core::OutboundActions actions;
  bool waiting = false;
  do {
    waiting = server_->queueScns();
    server_->outbound().takeActions(64, now(), actions);
    const core::OutboundActions taken = actions;
    for (const core::OutboundAction& action : taken.list) {
      using Kind = core::OutboundAction::Kind;
      if (action.kind == Kind::Connect) {
        connected_[action.destination] = action.endpoint;
        server_->outbound().onConnected(action.destination, now());
        continue;
      }
      if (action.kind == Kind::Close) {
        connected_.erase(action.destination);
        continue;
      }
      const base::ByteView bytes = taken.bytesOf(action);
      const bool udp = action.kind == Kind::SendUdp;
      const core::Endpoint to = udp ? action.endpoint : connected_[action.destination];
      isns::PortalAddress portal{to.ip, to.port | (udp ? isns::kUdpPortFlag : 0U)};
      print(bytes, "to " + isns::formatPortal(portal) + ": ", out);
      if (silent_) continue;
      const isns::PduHeader header = isns::loadPduHeader(bytes.data());
      base::Bytes reply;
      base::ByteWriter(reply).u32(0);
      base::ByteWriter(reply).bytes(bytes.subspan(isns::kPduHeaderSize));
      isns::Message answer;
      answer.function = header.function | isns::kResponseBit;
      answer.transactionId = header.transactionId;
      answer.payload = reply;
      if (udp) {
        server_->outbound().onDatagram(action.endpoint, answer, now());
      } else {
        server_->outbound().onResponse(action.destination, answer, now());
      }
    }
  } while (waiting || !actions.list.empty() || server_->outbound().more());
}

void World::advance(std::int64_t seconds, Lines& out) {
  const base::TimePoint until = time_ + std::chrono::seconds(seconds);
  while (time_ < until) {
    const base::TimePoint next = std::min(until, std::max(server_->nextDeadline(), time_ + std::chrono::milliseconds(100)));
    wall_ += std::chrono::duration_cast<std::chrono::seconds>(next - base::TimePoint{}) -
             std::chrono::duration_cast<std::chrono::seconds>(time_ - base::TimePoint{});
    time_ = next;
    server_->onTimer(now());
    settle(out);
    for (const core::Notice& notice : server_->takeNotices()) {
      if (notice.kind == core::Notice::Kind::EntityExpired) out.push_back("(entity expired: " + notice.subject + ")");
      if (notice.kind == core::Notice::Kind::PortalSilent) {
        out.push_back("(portal silent: " + isns::formatIp(notice.address) + " of " + notice.subject + ")");
      }
    }
    for (const core::ScnUndeliverable& lost : server_->takeUndeliverable()) {
      out.push_back("(undeliverable: " + std::to_string(lost.events) + " events)");
    }
  }
}

void World::print(base::ByteView message, const std::string& prefix, Lines& out) const {
  base::Bytes payload;
  const isns::PduHeader header = isns::loadPduHeader(message.data());
  std::size_t pdus = 0;
  for (std::size_t at = 0; at < message.size(); ++pdus) {
    const isns::PduHeader pdu = isns::loadPduHeader(message.data() + at);
    const base::ByteView part = message.subspan(at + isns::kPduHeaderSize, pdu.length);
    payload.insert(payload.end(), part.begin(), part.end());
    at += isns::kPduHeaderSize + pdu.length;
  }
  std::string text = prefix + std::string(isns::functionName(header.function));
  if (header.function == 0x8000 || isns::functionName(header.function) == "reserved") {
    text += " " + base::hexText(message.subspan(2, 2));
  }
  base::ByteView rest = payload;
  if ((header.function & isns::kResponseBit) != 0) {
    const std::uint32_t status = base::loadU32(rest.data());
    text += " " + std::to_string(status) + " " + std::string(isns::statusName(status));
    rest = rest.subspan(4);
  }
  if (pdus > 1) text += " (" + std::to_string(pdus) + " PDUs)";
  out.push_back(text);
  // One line an object: a new line before each key attribute that begins one.
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out.push_back("  " + line);
    line.clear();
  };
  isns::AttributeReader reader(rest);
  isns::Tag before = 0;
  for (isns::Attribute a; reader.next(a);) {
    const bool begins = a.isDelimiter() || before == tag::kDelimiter ||
                        (a.row != nullptr && a.row->role == isns::Role::Key && a.tag != tag::kPortalPort &&
                         a.tag != tag::kPgPortalPort && a.tag != tag::kPgPortalIp);
    if (begins) flush();
    line += (line.empty() ? "" : " ") + attributeText(a);
    before = a.tag;
  }
  flush();
}

void World::state(Lines& out) const {
  const core::State& s = server_->snapshot();
  core::forEachObjectType([&]<class T>(T*) {
    s.table<T>().forEach([&](core::Index index, const T& object) {
      std::string text = std::string(isns::objectTypeName(T::kType)) + " " + std::to_string(index) + ":";
      if constexpr (requires { object.entity; }) text += " entity " + std::to_string(object.entity);
      if constexpr (std::is_same_v<T, core::PortalGroup>) {
        text += " node " + std::to_string(object.node) + " portal " + std::to_string(object.portal);
        text += object.grantsAccess() ? " tag " + std::to_string(object.tag) : std::string(" tag NULL");
      }
      object.attributes.forEach([&](const isns::Attribute& a) {
        if (a.tag != tag::kTimestamp) text += " " + attributeText(a);
      });
      const auto list = [&](const char* name, const base::IdSet& ids) {
        if (ids.empty()) return;
        text += std::string(" ") + name;
        ids.forEach([&](core::Index i) { text += " " + std::to_string(i); });
      };
      if constexpr (std::is_same_v<T, core::Domain>) {
        list("nodes", object.nodes);
        list("portals", object.portals);
        list("fc_ports", object.fcPorts);
        list("sets", object.sets);
      }
      out.push_back(text);
    });
  });
}

}  // namespace scenario
