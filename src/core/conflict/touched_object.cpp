#include "core/conflict/touched_object.hpp"

namespace mig {

const char *to_text(TouchedObject::How how) noexcept {
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

std::string to_text(TouchedObject const &object) {
    bool const moved = !object.old_name.empty() && object.part.empty(); // the object itself was renamed
    bool const updated = object.how == TouchedObject::How::used && object.what == "UPDATE";
    std::string text = std::string(updated ? "updated" : to_text(object.how)) + " " + object.type + " " +
                       (moved ? object.old_name : object.identity);
    if (object.how == TouchedObject::How::used && !object.part.empty())
        text += ", column " + object.part;
    if (object.what.empty() || updated)
        return text;
    if (object.how != TouchedObject::How::altered)
        return text + " (" + object.what + ")";
    text += ": " + object.what;
    if (moved)
        return text + " TO " + object.identity;
    if (!object.old_name.empty())
        text += " " + object.old_name + " TO";
    return text + (object.part.empty() ? "" : " " + object.part);
}

} // namespace mig
