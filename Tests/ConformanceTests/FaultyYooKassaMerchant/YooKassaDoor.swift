import Glibc

/// Looks at who sends, behind a proxy that adds whom it has seen on the right.
struct YooKassaDoor {
    let faults: Set<YooKassaFault>

    private static let ranges: [ClosedRange<UInt32>] = [
        range(185, 71, 76, 0...31), range(185, 71, 77, 0...31), range(77, 75, 153, 0...127),
        range(77, 75, 154, 128...255), range(77, 75, 156, 11...11), range(77, 75, 156, 35...35),
    ]

    private static func range(
        _ first: UInt32, _ second: UInt32, _ third: UInt32, _ last: ClosedRange<UInt32>
    ) -> ClosedRange<UInt32> {
        let base = first << 24 | second << 16 | third << 8
        return base + last.lowerBound...base + last.upperBound
    }

    /// - Returns: the HTTP status.
    func status(_ forwardedFor: String?) -> Int {
        guard !faults.contains(.takesEverybody) else { return 200 }
        let names = (forwardedFor ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
        let name = String((faults.contains(.believesLeftmost) ? names.first : names.last) ?? "")
        guard let bytes = Self.bytes(name) else { return faults.contains(.oddAddressCrashes) ? 500 : 403 }
        return isLetIn(bytes) ? 200 : 403
    }

    private func isLetIn(_ bytes: [UInt8]) -> Bool {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        if bytes.count == 16, !bytes.starts(with: mapped) {
            return !faults.contains(.noIPv6) && !faults.contains(.onlyFirstRange)
                && bytes.starts(with: [0x2A, 0x02, 0x51, 0x80])
        }
        let address = bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let ranges = faults.contains(.onlyFirstRange) ? Array(Self.ranges.prefix(1)) : Self.ranges
        return ranges.contains { range in
            faults.contains(.wideRanges) ? range.lowerBound >> 8 == address >> 8 : range.contains(address)
        }
    }

    private static func bytes(_ name: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, name, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
