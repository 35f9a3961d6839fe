#include "journal/batch_writer.hpp"

namespace gatepost::journal {

Result<void> BatchWriter::write(Batch& batch, const Cursors::Moved& moved) {
  if (auto written = store_.write(batch, moved); !written) return written;
  if (batch.empty()) return {};
  tell(batch);
  cursors_.durable(store_.end().sequence);
  return {};
}

void BatchWriter::tell(const Batch& durable) const {
  if (options_.durable)
    for (const auto& item : durable) options_.durable(item.record);
}

}  // namespace gatepost::journal
