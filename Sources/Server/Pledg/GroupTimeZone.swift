import Foundation

/// A time zone by its name in the IANA database. Times in it are for people: programs are told UTC.
///
/// Source: pledg.md 3.1, 7
public struct GroupTimeZone: Sendable, Hashable, CustomStringConvertible {
    /// Such as `Asia/Tashkent`, as it was given.
    public let name: String
    private let zone: TimeZone

    /// Where nobody has said which.
    public static let utc = GroupTimeZone("UTC", .gmt)

    private init(_ name: String, _ zone: TimeZone) {
        self.name = name
        self.zone = zone
    }

    /// - Parameter name: `UTC`, or an area and a place: `Asia/Tashkent`. Nil: there is no such zone. Offsets and
    ///   abbreviations are none: they know no summer time.
    public init?(_ name: String) {
        if name == Self.utc.name {
            self = .utc
            return
        }
        guard name.contains("/"), name.utf8.count <= 64,
            name.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "/_+-".utf8.contains(byte)
            }), let zone = TimeZone(identifier: name)
        else { return nil }
        self.init(name, zone)
    }

    /// The name.
    public var description: String { name }

    /// How far its clocks are ahead of UTC at that moment, seconds.
    ///
    /// - Parameter milliseconds: since 1970.
    func offset(at milliseconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000)))
    }
}
