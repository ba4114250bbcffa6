#include "agent/registrar/mdns_browser.h"

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "agent/registrar/announcements.h"
#include "agent/registrar/server_sources.h"

namespace registrar {
namespace {

constexpr const char* kType = "_isns._tcp";

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Poll = std::unique_ptr<AvahiSimplePoll, Freed<avahi_simple_poll_free>>;
using Client = std::unique_ptr<AvahiClient, Freed<avahi_client_free>>;
using Browser = std::unique_ptr<AvahiServiceBrowser, Freed<avahi_service_browser_free>>;
using Resolver = std::unique_ptr<AvahiServiceResolver, Freed<avahi_service_resolver_free>>;

net::Address addressOf(const AvahiAddress& from, std::uint16_t port) {
  if (from.proto == AVAHI_PROTO_INET) {
    std::array<std::uint8_t, 4> o{};
    std::memcpy(o.data(), &from.data.ipv4.address, o.size());
    return net::Address::v4(o[0], o[1], o[2], o[3], port);
  }
  net::Address::Octets octets{};
  std::memcpy(octets.data(), from.data.ipv6.address, octets.size());
  return {octets, port};
}

// One life with the daemon; everything within one thread.
class Session {
 public:
  // What the daemon has said changed.
  using Told = std::function<void(MdnsBrowser::Found)>;
  Session(AvahiSimplePoll* poll, Told told) : poll_(poll), told_(std::move(told)) {}

  // Empty: it has begun.
  std::string begin() {
    int error = 0;
    client_.reset(avahi_client_new(avahi_simple_poll_get(poll_), {}, onClient, this, &error));
    if (!client_) return avahi_strerror(error);
    browser_.reset(avahi_service_browser_new(client_.get(), AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, kType, nullptr, {},
                                             onBrowsed, this));
    return browser_ ? std::string() : lastError();
  }

  [[nodiscard]] const std::string& failed() const { return failed_; }

  // Once the daemon has told all that it knew at first.
  void tell() {
    if (!changed_ || !complete_) return;
    std::map<std::uint64_t, net::Address> inOrder;
    for (const auto& [key, service] : services_) {
      if (!service.answered) return;
      if (service.address) inOrder.emplace(service.number, *service.address);
    }
    MdnsBrowser::Found found;
    for (const auto& [number, address] : inOrder) {
      if (std::ranges::find(found.servers, address) == found.servers.end()) found.servers.push_back(address);
    }
    found.leftOut = announcements_.leftOut();
    changed_ = false;
    told_(std::move(found));
  }

 private:
  struct Service {
    Resolver resolver;
    std::uint64_t number = 0;  // as they came
    bool answered = false;
    std::optional<net::Address> address;
  };

  [[nodiscard]] std::string lastError() const { return avahi_strerror(avahi_client_errno(client_.get())); }

  static void onClient(AvahiClient* client, AvahiClientState state, void* self) {
    if (state == AVAHI_CLIENT_FAILURE) {
      static_cast<Session*>(self)->failed_ = avahi_strerror(avahi_client_errno(client));
    }
  }

  static void onBrowsed(AvahiServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event,
                        const char* name, const char*, const char* domain, AvahiLookupResultFlags, void* self) {
    static_cast<Session*>(self)->browsed(interface, protocol, event, name, domain);
  }

  void browsed(AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event, const char* name,
               const char* domain) {
    switch (event) {
      case AVAHI_BROWSER_NEW: {
        const Announcements::Key key{name, domain, interface, protocol};
        changed_ = true;
        if (announcements_.came(key)) lookAt(key);
        return;
      }
      case AVAHI_BROWSER_REMOVE: {
        const Announcements::Key key{name, domain, interface, protocol};
        changed_ = true;
        services_.erase(key);
        if (const auto next = announcements_.went(key)) lookAt(*next);
        if (announcements_.incomplete()) failed_ = "more was announced than can be remembered, and it is asked anew";
        return;
      }
      case AVAHI_BROWSER_ALL_FOR_NOW:
        complete_ = changed_ = true;
        return;
      case AVAHI_BROWSER_FAILURE:
        failed_ = lastError();
        return;
      case AVAHI_BROWSER_CACHE_EXHAUSTED:
        return;
    }
  }

  void lookAt(const Announcements::Key& key) {
    const auto& [name, domain, interface, protocol] = key;
    Service& service = services_[key];
    service.number = ++numbers_;
    service.resolver.reset(avahi_service_resolver_new(client_.get(), interface, protocol, name.c_str(), kType,
                                                      domain.c_str(), AVAHI_PROTO_UNSPEC, {}, onResolved, this));
    if (!service.resolver) failed_ = lastError();
  }

  static void onResolved(AvahiServiceResolver* resolver, AvahiIfIndex, AvahiProtocol, AvahiResolverEvent event,
                         const char*, const char*, const char*, const char*, const AvahiAddress* address,
                         std::uint16_t port, AvahiStringList*, AvahiLookupResultFlags, void* self) {
    static_cast<Session*>(self)->resolved(resolver, event == AVAHI_RESOLVER_FOUND ? address : nullptr, port);
  }

  void resolved(const AvahiServiceResolver* resolver, const AvahiAddress* address, std::uint16_t port) {
    const auto at =
        std::ranges::find_if(services_, [&](const auto& one) { return one.second.resolver.get() == resolver; });
    if (at == services_.end()) return;
    at->second.answered = changed_ = true;
    at->second.address.reset();
    if (address == nullptr) return;
    if (const net::Address found = addressOf(*address, port); canBeAsked(found)) at->second.address = found;
  }

  AvahiSimplePoll* poll_;
  Told told_;
  Client client_;
  Browser browser_;
  Announcements announcements_;
  std::map<Announcements::Key, Service> services_;  // looked at; their resolvers stay, to hear of another address
  std::uint64_t numbers_ = 0;
  std::string failed_;
  bool complete_ = false;
  bool changed_ = false;
};

}  // namespace

class MdnsBrowser::Impl : public std::enable_shared_from_this<MdnsBrowser::Impl> {
 public:
  Impl(net::Loop& loop, Hears hears) : loop_(loop), hears_(std::move(hears)) {}

  // The thread keeps what it needs; nobody waits for its end, which a daemon that hangs would put off.
  void begin() {
    std::thread([self = shared_from_this()] { self->run(); }).detach();
  }

  void end() {
    alive_ = false;
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      if (poll_) avahi_simple_poll_wakeup(poll_.get());
    }
    wake_.notify_all();
  }

 private:
  using Word = std::function<void(Impl&)>;

  void run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      poll_.reset(avahi_simple_poll_new());
      lock.unlock();
      const std::string why = browse();
      lock.lock();
      poll_.reset();
      if (ending_) return;
      say([why](Impl& self) { self.hears_.away(why); });
      wake_.wait_for(lock, kRetry, [this] { return ending_; });
    }
  }

  [[nodiscard]] bool ending() {
    const std::lock_guard lock(mutex_);
    return ending_;
  }

  // Why it ended.
  std::string browse() {
    if (!poll_) return "no memory";
    Session session(poll_.get(), [this](Found found) {
      deliver([found = std::move(found)](Impl& self) { self.hears_.servers(found); });
    });
    if (std::string why = session.begin(); !why.empty()) return why;
    while (!ending() && session.failed().empty()) {
      if (avahi_simple_poll_iterate(poll_.get(), -1) != 0) return "its connection cannot be waited for";
      session.tell();
    }
    return session.failed();
  }

  void deliver(Word word) {
    const std::lock_guard lock(mutex_);
    if (!ending_) say(std::move(word));
  }
  // With the mutex, so that the loop is there. Each word takes the place of the one before, so that one is under way.
  void say(Word word) {
    if (std::exchange(word_, std::move(word))) return;
    loop_.deliver([self = shared_from_this()] { self->hear(); });
  }
  void hear() {
    Word word;
    {
      const std::lock_guard lock(mutex_);
      word.swap(word_);
    }
    if (alive_ && word) word(*this);
  }

  net::Loop& loop_;
  Hears hears_;
  bool alive_ = true;  // the loop's

  std::mutex mutex_;  // guards the next three
  Word word_;         // the loop has not heard it
  Poll poll_;
  bool ending_ = false;
  std::condition_variable wake_;
};

MdnsBrowser::MdnsBrowser(net::Loop& loop, Hears hears) : impl_(std::make_shared<Impl>(loop, std::move(hears))) {
  impl_->begin();
}

MdnsBrowser::~MdnsBrowser() { impl_->end(); }

}  // namespace registrar
