// nameOrder(): how names stand in lists: those with numbers in the order of the numbers, without regard to capitals.
//
// Comparing texts by it costs a hundred times more than comparing keys (QCollator::sortKey): long lists make those
// once.
#pragma once

#include <QCollator>

namespace console {

inline QCollator nameOrder() {
  QCollator order{QLocale(QLocale::English)};  // that of C knows no numbers
  order.setNumericMode(true);
  order.setCaseSensitivity(Qt::CaseInsensitive);
  return order;
}

}  // namespace console
