// Codes in a stream of pictures, for a small part of what reading every picture costs.
#pragma once

#include "decoder.hpp"
#include "motion.hpp"

namespace camera {

/// Reads only where something changed, the cheap ways first. One stream, one thread. README.md says why as it is.
class Cascade {
 public:
  explicit Cascade(const Decoder& decoder) : decoder_(decoder) {}

  /// The codes of the next frame, in its pixels.
  std::vector<Code> read(const Luma& frame);

 private:
  bool small(const Luma& frame, const Box& box);
  bool large(const Luma& frame, const Box& box);
  bool invert(const Luma& frame, const Box& box);
  bool look_aslant(const Luma& luma, const Box& box, int scale);
  bool look(const Luma& frame, const Box& box, const Effort& effort);
  bool look_halved(const Luma& frame, const Box& box, const Effort& effort);
  bool keep(std::vector<Code> codes, const Box& box, int scale);

  const Decoder& decoder_;
  Motion motion_;
  int idle_ = 0;    ///< frames without a change
  int active_ = 0;  ///< frames with one, in a row
  int unread_ = 0;  ///< of these, since the last code
  int aslant_ = 0;  ///< looks at bars that are held aslant
  std::vector<Code> codes_;
};

}  // namespace camera
