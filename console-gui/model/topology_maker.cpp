#include "console-gui/model/topology_maker.h"

#include <utility>

namespace console {

TopologyPtr makeTopology(const ViewPtr& view, const TopologyOptions& options, const TopologyPtr& before) {
  auto topology = std::make_shared<Topology>();
  topology->view = view;
  topology->after = options.after;
  topology->graph = topologyGraphOf(*view, options);
  topology->layout =
      topologyLayoutOf(topology->graph, before ? orderOf(before->graph, before->layout) : TopologyOrder{});
  topology->grid = TopologyGrid(topology->graph, topology->layout);
  return topology;
}

TopologyMaker::TopologyMaker(QObject* parent) : QObject(parent) { pool_.setMaxThreadCount(1); }

TopologyMaker::~TopologyMaker() { pool_.waitForDone(); }

void TopologyMaker::make(ViewPtr view, TopologyOptions options) {
  Wish wish{std::move(view), std::move(options)};
  if (busy_) {
    waiting_ = std::make_unique<Wish>(std::move(wish));
  } else {
    begin(std::move(wish));
  }
}

void TopologyMaker::reset() {
  ++generation_;
  waiting_ = nullptr;
  last_ = nullptr;
}

void TopologyMaker::begin(Wish wish) {
  busy_ = true;
  const auto generation = generation_;
  pool_.start([this, generation, wish = std::move(wish), before = last_] {
    const TopologyPtr topology = makeTopology(wish.view, wish.options, before);
    QMetaObject::invokeMethod(this, [this, generation, topology] {
      busy_ = false;
      if (generation == generation_) {
        last_ = topology;
        emit made(topology);
      }
      if (!busy_ && waiting_) begin(std::move(*std::exchange(waiting_, nullptr)));
    });
  });
}

}  // namespace console
