import Glibc

extension Double {
    var waved: Double { sin(self) }
    var decibels: Double { 10 * log10(self) }
}
