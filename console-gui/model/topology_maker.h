// Topology: graph, layout and grid of one View, immutable; TopologyMaker makes them off the UI thread.
//
// makeTopology() is pure. The maker belongs to the UI thread; made() comes through its event loop, of the newest wish
// alone: while one is worked on, those that come meanwhile replace each other, so a storm of Views costs one layout at
// a time. Each layout starts from the one before.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <memory>

#include "console-gui/model/topology_grid.h"

namespace console {

struct Topology {
  ViewPtr view;                                // that it shows
  std::shared_ptr<const san::SanIndex> after;  // of a draft; nullptr: none
  TopologyGraph graph;
  TopologyLayout layout;
  TopologyGrid grid;

  // For paths and facts: what is, also while a draft is shown.
  [[nodiscard]] const san::SanIndex& index() const { return *view->index; }
};
using TopologyPtr = std::shared_ptr<const Topology>;

TopologyPtr makeTopology(const ViewPtr& view, const TopologyOptions& options, const TopologyPtr& before = nullptr);

class TopologyMaker : public QObject {
  Q_OBJECT

 public:
  explicit TopologyMaker(QObject* parent = nullptr);
  ~TopologyMaker() override;

  void make(ViewPtr view, TopologyOptions options);
  // Nothing of what is under way comes any more, and the next one starts from nothing.
  void reset();
  [[nodiscard]] bool isBusy() const { return busy_; }

 signals:
  void made(const console::TopologyPtr& topology);

 private:
  struct Wish {
    ViewPtr view;
    TopologyOptions options;
  };
  void begin(Wish wish);

  QThreadPool pool_;
  std::unique_ptr<Wish> waiting_;
  TopologyPtr last_;
  std::uint64_t generation_ = 0;
  bool busy_ = false;
};

}  // namespace console
