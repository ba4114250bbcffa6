// Answers that workers make: the loop serves others meanwhile, and nobody works for a client that has gone.
#include "isns-server/api/answer_later.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
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
    san.host("web2", "iqn.2026-01.example:web2");
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
    call->who.user = call->request().path == "/bob" ? "bob" : "vera";
    if (call->request().path.starts_with("/of")) {
      if (call->request().path == "/of-the-past") call->past = timeline.at(timeline.oldest());
      return api::answerByAge(*workers, call, [c = call.get(), loops = std::this_thread::get_id()] {
        const bool later = std::this_thread::get_id() != loops;
        return Wanted<base::Json>(
            base::Json::Object{{"hosts", std::uint64_t{c->index().hosts().size()}}, {"later", later}});
      });
    }
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
  // How many have an answer, once so many have, or after a while.
  static std::size_t answered(const std::vector<int>& clients, std::size_t wanted) {
    std::vector<pollfd> all;
    for (const int fd : clients) all.push_back({fd, POLLIN, 0});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::size_t count = 0;
    while (count < wanted && std::chrono::steady_clock::now() < until) {
      count = static_cast<std::size_t>(std::max(0, ::poll(all.data(), all.size(), 100)));
    }
    return count;
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
  EXPECT_NE(answerAt(slow).find("{\n  \"hosts\": 2\n}\n"), std::string::npos);
  EXPECT_TRUE(answerAt(wrong).starts_with("HTTP/1.1 404 "));
  loop->stop();
  thread.join();
  workers.reset();
}

TEST_F(AnswerLater, OfThePastIsMadeLaterAndOfThePresentAtOnce) {
  auto server = api::HttpServer::startLocal(*loop, folder.file("api.sock"), {}, *this);
  ASSERT_TRUE(server.ok()) << server.error().text;
  std::thread thread([this] { loop->run([] { return base::kNever; }); });
  EXPECT_NE(answerAt(ask("/of-now")).find("{\n  \"hosts\": 2,\n  \"later\": false\n}\n"), std::string::npos);
  EXPECT_NE(answerAt(ask("/of-the-past")).find("{\n  \"hosts\": 1,\n  \"later\": true\n}\n"), std::string::npos);
  loop->stop();
  thread.join();
  workers.reset();
}

TEST_F(AnswerLater, WhoAsksForMuchAtOnceLeavesRoomForOthers) {
  auto server = api::HttpServer::startLocal(*loop, folder.file("api.sock"), {}, *this);
  ASSERT_TRUE(server.ok()) << server.error().text;
  std::thread thread([this] { loop->run([] { return base::kNever; }); });
  std::vector<int> hers;
  constexpr std::size_t kAsked = 60;
  constexpr std::size_t kBeyond = kAsked - api::Workers::kMaxOfOne - api::Workers::kThreads;
  for (std::size_t i = 0; i < kAsked; ++i) hers.push_back(ask("/slow"));
  EXPECT_GE(answered(hers, kBeyond), kBeyond) << "while nothing is worked out";
  const int his = ask("/bob");
  release.set_value();
  std::size_t refused = 0;
  for (const int one : hers) refused += answerAt(one).starts_with("HTTP/1.1 503 ") ? 1U : 0U;
  EXPECT_GE(refused, kBeyond);
  EXPECT_TRUE(answerAt(his).starts_with("HTTP/1.1 200 "));
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
    ASSERT_TRUE(workers->run(
        [&one]() -> api::Workers::Then {
          one.set_value();
          return {};
        },
        {}));
  }
  for (std::promise<void>& one : done) one.get_future().wait();
  workers.reset();
  EXPECT_EQ(made, 0);
}

}  // namespace
