// HttpsLink: carries out the requests of a ManagementClient: HTTPS by libcurl on a thread of its own, so that neither a
// handshake nor a look-up of a name holds up the loop. Answers come on the loop's thread.
//
// Whom it believes is decided within the TLS handshake, before a byte of a request is sent, by
// shared/mgmt/server_check.h: with a token the root that it pins, else the roots of the identity. What the system
// believes does not count, and names are not compared: the authority issues server certificates to its own server
// alone. No proxies, no redirects, no resumed TLS sessions (those would not be judged). TLS 1.2 and up.
//
// Not one piece with sanctl's client (isns-server/ctl/curl_client.h): that one blocks, follows streams, speaks to a
// unix socket, reads keys from files and has the authority pinned as text; what the two have in common is libcurl.
//
// Bounds: one request of each Ask; DesiredBounds::kText bytes of an answer. Errors: an Answer without a status, with a
// sentence. An answer that was cancelled does not come. Destroying it ends the thread and all requests.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "agent/management/management_client.h"
#include "shared/mgmt/certificate.h"
#include "shared/mgmt/private_key.h"
#include "shared/net/loop.h"

namespace management {

// Who the agent is, and whom it believes. Values that share what they hold.
struct LinkIdentity {
  mgmt::PrivateKey key;
  std::vector<mgmt::Certificate> chain;
  std::vector<mgmt::Certificate> roots;
};

class HttpsLink {
 public:
  using Answered = std::function<void(Ask ask, Answer answer)>;
  HttpsLink(net::Loop& loop, Answered answered);
  ~HttpsLink();
  HttpsLink(const HttpsLink&) = delete;
  HttpsLink& operator=(const HttpsLink&) = delete;

  // For requests from now on; connections of the one before are closed. nullptr: none.
  void setIdentity(std::shared_ptr<const LinkIdentity> identity);
  void send(Send request);
  void cancel(Ask ask);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace management
