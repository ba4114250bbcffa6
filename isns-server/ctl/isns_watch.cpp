// `sanctl isns watch`: prints state change notifications as they come (RFC 4171 5.6.5.8).
//
// Opens a port, puts it into the registry as a portal with an SCN port (of an entity of its own, or of the node that
// was named), registers the node for notifications, and takes all of that back at the end.
#include <algorithm>

#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/isns_scn.h"
#include "isns-server/ctl/object_output.h"
#include "shared/ctl/option_values.h"
#include "shared/isns/value_names.h"
#include "shared/isns/value_text.h"

namespace ctl {
namespace {

using isns::Object;
using isns::ObjectType;
using std::chrono::seconds;
namespace tag = isns::tag;

constexpr std::uint32_t kRegularEvents =
    isns::scn::kObjectUpdated | isns::scn::kObjectAdded | isns::scn::kObjectRemoved;
constexpr std::uint32_t kAllEvents =
    kRegularEvents | isns::scn::kManagement | isns::scn::kMemberAdded | isns::scn::kMemberRemoved;
constexpr seconds kRefresh{60};  // a registration lives on while its node is heard of
constexpr seconds kTryAgain{5};  // after the server was lost

struct WatchOptions {
  std::optional<std::string> node;  // an existing one
  bool control = false;             // as the control node
  std::uint32_t events = 0;
  isns::PortalAddress listen;
  std::uint64_t count = 0;    // 0: no end
  base::Duration duration{};  // 0: no end
};

std::string text(const isns::AttributeValue& attribute) { return isns::formatValue(attribute.view()); }

// What an event is about: "node" and its name, "portal" and its address.
std::pair<std::string, std::string> subjectOf(const isns::ScnEvent& event) {
  for (const Object& object : isns::groupObjects(event.sources)) {
    std::string kind(isns::objectTypeName(object.type));
    const isns::AttributeValue* ip = object.find(tag::kPortalIp);
    const auto port = object.u32(tag::kPortalPort);
    if (ip != nullptr && ip->ip() && port) return {kind, isns::formatPortal({*ip->ip(), *port})};
    return {kind, text(object.attributes.front())};
  }
  return {"", ""};
}

base::Json numbers(const std::vector<std::uint32_t>& values) {
  base::Json::Array array;
  for (const std::uint32_t value : values) array.emplace_back(value);
  return array;
}

base::Json words(std::uint32_t bitmap) {
  base::Json::Array array;
  for (std::string& name : isns::bitNames(tag::kScnBitmap, bitmap)) array.emplace_back(std::move(name));
  return array;
}

class Watcher {
 public:
  Watcher(IsnsClient& client, Context& context, WatchOptions options)
      : client_(client), context_(context), options_(std::move(options)) {}

  Outcome run() {
    if (const Outcome started = start(); !started) {
      stop();
      return started;
    }
    context_.err << "sanctl: watching as " << name_ << " on " << isns::formatPortal(portal_) << std::endl;
    const Outcome watched = watch();
    stop();
    return watched;
  }

 private:
  Outcome start() {
    const auto port = client_.connection().listen(options_.listen);
    if (!port) return base::fail(port.error());
    portal_ = {options_.listen.ip, *port & 0xffff};
    scnPort_ = *port;
    chooseName();
    if (const Outcome looked = lookUp(); !looked) return looked;
    if (const Outcome registered = registerAll(); !registered) return registered;
    nextRefresh_ = context_.now().mono + kRefresh;
    return {};
  }

  // A node of our own must not be one that somebody else uses: this machine's initiator may well be registered.
  void chooseName() {
    if (options_.node) {
      name_ = *options_.node;
    } else if (options_.control) {
      name_ = client_.sourceName();
    } else {
      name_ = client_.sourceName() + ":watch-" + std::to_string(portal_.port);
    }
  }

  // Finds the entity of a node that exists already.
  Outcome lookUp() {
    constexpr isns::Tag kWanted[] = {tag::kEntityId, tag::kIscsiName,  tag::kScnBitmap,
                                     tag::kPortalIp, tag::kPortalPort, tag::kScnPort};
    const auto objects = client_.query(isns::nodeKey(name_), kWanted, "cannot ask for the node");
    // Some servers refuse to tell anything to a source that is not registered yet, as ours may be.
    const bool unknownYet = !objects && objects.error().exit == Exit::Refused && !options_.node;
    if (!objects && !unknownYet) return base::fail(objects.error());
    if (objects) takeExisting(*objects);
    borrowed_ = !eid_.empty();
    if (options_.node && !borrowed_) {
      return base::fail(Failure{Exit::Empty, "no such node",
                                "\"" + name_ + "\" is not registered, or the source may not see it",
                                "leave --node out to register one for the time of the watch"});
    }
    if (!borrowed_) eid_ = "sanctl-watch-" + std::to_string(portal_.port) + "." + context_.hostName();
    return {};
  }

  void takeExisting(const std::vector<Object>& objects) {
    for (const Object& object : objects) {
      if (object.type == ObjectType::Entity) eid_ = object.text(tag::kEntityId);
      if (object.type == ObjectType::Node) previousEvents_ = object.u32(tag::kScnBitmap).value_or(0);
      if (object.type == ObjectType::Portal && object.find(tag::kScnPort) != nullptr) {
        context_.err << "sanctl: the node's entity has another SCN port; the server may notify that one instead\n";
      }
    }
  }

  Outcome registerAll() {
    isns::Registration registration;
    registration.key = isns::entityKey(eid_);
    registration.entity.setText(tag::kEntityId, eid_);
    isns::AttributeList& portal = registration.portals.emplace_back();
    portal.set(tag::kPortalIp, portal_.ip);
    portal.setU32(tag::kPortalPort, portal_.port);
    portal.setU32(tag::kScnPort, scnPort_);
    if (!borrowed_) {
      registration.entity.setU32(tag::kEntityProtocol, isns::entity_protocol::kIscsi);
      isns::AttributeList& node = registration.nodes.emplace_back().attributes;
      node.setText(tag::kIscsiName, name_);
      node.setU32(tag::kNodeType, options_.control ? isns::node_type::kControl : isns::node_type::kInitiator);
    }
    const auto registered =
        client_.ask(ownRequest(isns::registerObjects(registration)), "cannot register for the watch");
    if (!registered) return base::fail(registered.error());
    registered_ = true;
    const auto scn =
        client_.ask(ownRequest(isns::registerScn(name_, options_.events)), "cannot register for notifications");
    if (!scn) return base::fail(scn.error());
    scnRegistered_ = true;
    return {};
  }

  // The node asks for itself: who asks must be of the same entity.
  isns::Request ownRequest(isns::Request request) const {
    if (!options_.control) request.source = isns::nodeKey(name_);
    return request;
  }

  Outcome watch() {
    const base::TimePoint end =
        options_.duration > base::Duration{} ? context_.now().mono + options_.duration : base::kNever;
    std::uint64_t seen = 0;
    while (!client_.connection().interrupted()) {
      const base::TimePoint now = context_.now().mono;
      if (now >= end) break;
      if (now >= nextRefresh_) refresh();
      if (const auto notice = client_.connection().nextNotice(std::min(end, nextRefresh_))) {
        print(*notice);
        if (!context_.out) return base::fail(Failure{Exit::Local, "cannot write the result", "", ""});
        if (++seen == options_.count) return {};
      }
    }
    if (options_.count > seen && !client_.connection().interrupted()) {
      return base::fail(Failure{Exit::Timeout, "the watch ended",
                                std::to_string(seen) + " of " + std::to_string(options_.count) + " notifications came",
                                ""});
    }
    return client_.emptyOutcome(seen == 0, "watch");
  }

  // Keeps the registration from expiring, and makes it again where the server has lost it.
  void refresh() {
    constexpr isns::Tag kWanted[] = {tag::kIscsiName};
    const auto objects = client_.askAny(ownRequest(isns::query(isns::nodeKey(name_), kWanted)));
    nextRefresh_ = context_.now().mono + (objects ? kRefresh : kTryAgain);
    if (!objects) {
      context_.err << "sanctl: " << oneLine(objects.error()) << "; trying again" << std::endl;
      return;
    }
    if (objects->ok() && !objects->operating.empty()) return;
    const Outcome again = registerAll();
    context_.err << "sanctl: the server had lost the registration; "
                 << (again ? std::string("made again") : oneLine(again.error())) << std::endl;
    if (!again) nextRefresh_ = context_.now().mono + kTryAgain;
  }

  void print(const Notice& notice) {
    if (const auto* esi = std::get_if<isns::EsiNotice>(&notice.content)) {
      printLine(esi->timestamp, esi->eid, base::Json(base::Json::Array{"esi"}),
                {"portal", esi->portal ? isns::formatPortal(*esi->portal) : ""}, {});
      return;
    }
    const auto& scn = std::get<isns::ScnNotice>(notice.content);
    for (const isns::ScnEvent& event : scn.events) {
      printLine(scn.timestamp, text(scn.destination), words(event.bitmap), subjectOf(event), event);
    }
  }

  void printLine(std::optional<std::uint64_t> timestamp, const std::string& destination, base::Json events,
                 const std::pair<std::string, std::string>& subject, const isns::ScnEvent& event) {
    const base::WallTime time = timestamp ? base::WallTime(seconds(*timestamp)) : context_.now().wall;
    client_.output().line({{"time", "TIME", base::Json(isns::formatTime(time))},
                           {"events", "EVENTS", std::move(events)},
                           {"object", "OBJECT", base::Json(subject.first)},
                           {"source", "SOURCE", base::Json(subject.second)},
                           {"dd_id", "DOMAINS", event.domains.empty() ? Cell{} : Cell{numbers(event.domains)}},
                           {"dds_id", "SETS", event.sets.empty() ? Cell{} : Cell{numbers(event.sets)}},
                           {"destination", "DESTINATION", base::Json(destination)}});
  }

  // Takes back what start() did, as far as it came. What fails is told and leaves the result of the watch as it is.
  void stop() {
    const auto tryTo = [&](const isns::Request& request, const char* what) {
      if (const auto done = client_.ask(ownRequest(request), what); !done) {
        context_.err << "sanctl: " << oneLine(done.error()) << std::endl;
      }
    };
    if (scnRegistered_) {
      tryTo(previousEvents_ != 0 ? isns::registerScn(name_, previousEvents_) : isns::deregisterScn(name_),
            "cannot deregister from notifications");
    }
    if (registered_) {
      tryTo(isns::deregister(borrowed_ ? isns::portalKey(portal_) : isns::entityKey(eid_)),
            "cannot deregister what was registered for the watch");
    }
  }

  IsnsClient& client_;
  Context& context_;
  WatchOptions options_;
  isns::PortalAddress portal_;
  std::uint32_t scnPort_ = 0;
  std::string name_;
  std::string eid_;
  std::uint32_t previousEvents_ = 0;
  bool borrowed_ = false;  // the node and its entity are somebody else's
  bool registered_ = false;
  bool scnRegistered_ = false;
  base::TimePoint nextRefresh_ = base::kNever;
};

Asked<WatchOptions> readOptions(const Invocation& invocation) {
  WatchOptions options;
  if (const auto node = invocation.one("--node")) {
    const auto name = parseFieldValue(tag::kIscsiName, *node);
    if (!name) return base::fail(name.error());
    options.node = std::string(isns::Attribute{name->tag, name->value, name->row}.text());
  }
  const auto events = parseEvents(invocation.all("--events"));
  if (!events) return base::fail(events.error());
  options.control = invocation.has("--control");
  options.events = *events != 0 ? *events : options.control ? kAllEvents : kRegularEvents;
  const auto count = countOption(invocation, "--count");
  if (!count) return base::fail(count.error());
  options.count = count->value_or(0);
  const auto duration = secondsOption(invocation, "--for");
  if (!duration) return base::fail(duration.error());
  options.duration = duration->value_or(base::Duration{});
  return options;
}

}  // namespace

Outcome isnsWatch(const Invocation& invocation, Context& context) {
  auto options = readOptions(invocation);
  if (!options) return base::fail(options.error());
  std::optional<isns::PortalAddress> address;
  if (const auto given = invocation.one("--listen")) {
    address = isns::parsePortal(*given, 0);
    if (!address)
      return base::fail(usageFailure("wrong address", "\"" + std::string(*given) + "\"", "ADDRESS[:PORT] is wanted"));
  }
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  if (!address) {
    const auto local = client->connection().localAddress();
    if (!local) return base::fail(local.error());
    address = isns::PortalAddress{*local, 0};
  }
  if (invocation.has("--scn-udp")) address->port |= isns::kUdpPortFlag;
  options->listen = *address;
  return Watcher(*client, context, std::move(*options)).run();
}

}  // namespace ctl
