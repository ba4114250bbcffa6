// Answers that workers make: the loop serves others meanwhile, and nobody works for a client that has gone.
#include "isns-server/api/answer_later.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <future>

#include "isns-server/api/http_server.h"
#include "tests/support/san_builder.h"
#include "tests/support/scratch_folder.h"

namespace {

using api::CallPtr;
using api::Wanted;

struct AnswerLater : testing::Test, api::ExchangeHandler {
  support::ScratchFolder folder;
  std::unique_ptr<api::EventLoop> loop = std::move(api::EventLoop::make()).value();
  api::Timeline timeline;
  std::optional<api::Workers> workers{std::in_place, *loop};
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();

  AnswerLater() {
    test::SanBuilder san;
    san.host("web1", "iqn.2026-01.example:web1");
    timeline.push(san.done());
  }
  CallPtr callOf(std::shared_ptr<api::Exchange> exchange) {
    auto call = std::make_shared<api::Call>();
    call->exchange = std::move(exchange);
    call->past = timeline.now();
    call->timeline = &timeline;
    return call;
  }
  void onExchange(std::shared_ptr<api::Exchange> exchange) override {
    const CallPtr call = callOf(std::move(exchange));
    if (call->request().path == "/quick") return call->answer(base::Json("quick"));
    api::answerLater(*workers, call, [this, c = call.get()]() -> Wanted<base::Json> {
      released.wait();
      if (c->request().path == "/wrong") return mgmt::problem(mgmt::ProblemCode::NotFound, "Not there.");
      return base::Json(base::Json::Object{{"hosts", std::uint64_t{c->index().hosts().size()}}});
    });
  }
  // A client of the local socket; what it asks is on its way when this returns.
  int ask(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string place = folder.file("api.sock");
    place.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const std::string text = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return fd;
  }
  static std::string answerAt(int fd) {
    std::string all;
    std::array<char, 4096> part;
    for (ssize_t n = 0; (n = ::read(fd, part.data(), part.size())) > 0;) all.append(part.data(), static_cast<std::size_t>(n));
    ::close(fd);
    return all;
  }
};

TEST_F(AnswerLater, TheLoopServesOthersMeanwhile) {
  auto server = api::HttpServer::startLocal(*loop, folder.file("api.sock"), {}, *this);
  ASSERT_TRUE(server.ok()) << server.error().text;
  std::thread thread([this] { loop->run([] { return base::kNever; }); });
  const int slow = ask("/slow");
  const int wrong = ask("/wrong");
  EXPECT_NE(answerAt(ask("/quick")).find("\"quick\""), std::string::npos) << "both workers are at work";
  release.set_value();
  EXPECT_NE(answerAt(slow).find("{\n  \"hosts\": 1\n}\n"), std::string::npos);
  EXPECT_TRUE(answerAt(wrong).starts_with("HTTP/1.1 404 "));
  loop->stop();
  thread.join();
  workers.reset();
}

TEST_F(AnswerLater, WhatItsClientHasGivenUpIsNotWorkedOut) {
  release.set_value();
  std::atomic<int> made = 0;
  const CallPtr call = callOf(std::make_shared<api::Exchange>(api::HttpRequest{}, api::BodyBudget::Hold{}, nullptr));
  ASSERT_TRUE(call->exchange->gone());
  api::answerLater(*workers, call, [&]() -> Wanted<base::Json> {
    ++made;
    return base::Json();
  });
  // Behind it, on each worker.
  std::array<std::promise<void>, api::Workers::kThreads> done;
  for (std::promise<void>& one : done) {
    ASSERT_TRUE(workers->run([&one]() -> api::Workers::Then {
      one.set_value();
      return {};
    }));
  }
  for (std::promise<void>& one : done) one.get_future().wait();
  workers.reset();
  EXPECT_EQ(made, 0);
}

}  // namespace
