import Foundation

/// An address of the Internet Protocol, and whether the world can reach it.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16.
    let bytes: [UInt8]

    /// - Parameter bytes: 4 of version 4, or 16 of version 6; nil for any other number.
    init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// - Parameter text: `192.0.2.1` or `2001:db8::1`; nil for anything else, names and other spellings included.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }

    /// As it is usually written: `192.0.2.1`, `2001:db8::1`.
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether it is an address that anybody's machine may have, and no machine of this one's own neighbourhood.
    ///
    /// Of version 6 only what is given out to the world counts (2000::/3), and what stands for an address of version 4
    /// is judged by that one.
    ///
    /// Source: IANA's registries of special-purpose addresses, RFC 6890.
    public var isPublic: Bool {
        guard bytes.count == 16 else { return !Self.special.contains { $0.holds(bytes) } }
        // ::ffff:0:0/96 and NAT64: a version 4 address at the end. 6to4: one after the first two bytes.
        if Self.embedding.contains(where: { $0.holds(bytes) }) { return IPAddress(tail: bytes[12...]).isPublic }
        if Self.sixToFour.holds(bytes) { return IPAddress(tail: bytes[2..<6]).isPublic }
        return Self.global.holds(bytes) && !Self.specialSix.contains { $0.holds(bytes) }
    }

    private init(tail: ArraySlice<UInt8>) { bytes = Array(tail) }

    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap(Block.init)
    private static let embedding = ["::ffff:0:0/96", "64:ff9b::/96"].compactMap(Block.init)
    private static let sixToFour = Block(bytes: [0x20, 0x02], bits: 16)
    private static let global = Block(bytes: [0x20], bits: 3)
    /// Within 2000::/3: for protocols (tunnels that hide an address of version 4 among them), and for documentation.
    private static let specialSix = ["2001::/23", "2001:db8::/32", "3fff::/20"].compactMap(Block.init)
}

/// All addresses that begin alike.
private struct Block: Sendable {
    let bytes: [UInt8]
    let bits: Int

    init(bytes: [UInt8], bits: Int) {
        self.bytes = bytes
        self.bits = bits
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let bits = Int(parts[1]) else { return nil }
        self.init(bytes: address.bytes, bits: bits)
    }

    func holds(_ address: [UInt8]) -> Bool {
        let whole = bits / 8
        guard address.prefix(whole).elementsEqual(bytes.prefix(whole)) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        return (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
    }
}
