#include "core/touched_object.hpp"

namespace mig {

namespace {

const char *word(TouchedObject::How how) {
    switch (how) {
    case TouchedObject::How::created:
        return "created";
    case TouchedObject::How::altered:
        return "altered";
    case TouchedObject::How::dropped:
        return "dropped";
    case TouchedObject::How::used:
        return "used";
    }
    return "";
}

} // namespace

std::string to_text(TouchedObject const &object) {
    std::string text = std::string(word(object.how)) + " " + object.type + " " + object.identity;
    if (object.how == TouchedObject::How::dropped)
        return object.what.empty() ? text : text + " (" + object.what + ")";
    if (!object.what.empty())
        text += ": " + object.what + (object.part.empty() ? "" : " " + object.part);
    return text;
}

} // namespace mig
