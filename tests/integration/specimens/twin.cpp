// Takes the name of another plugin.
#include "good.cpp"
