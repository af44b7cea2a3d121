import Glibc

extension Double {
    var waved: Double { sin(self) }
    var decibels: Double { 10 * log10(self) }

    /// Linear light, encoded as sRGB (IEC 61966-2-1).
    var encodedAsSRGB: Double { self <= 0.0031308 ? 12.92 * self : 1.055 * pow(self, 1 / 2.4) - 0.055 }
}
