import Foundation

/// How long the tests may take.
enum Prove {
    /// Whether the long versions run.
    static let isOn = ProcessInfo.processInfo.environment["TIYIN_PROVE"] == "1"

    /// How often, by default and in the long version.
    static func count(_ usual: Int, long: Int) -> Int { isOn ? long : usual }

    /// What random tests begin with: `TIYIN_SEED`, or a new one each run. It is printed, so that a failure comes back.
    static func seed(_ test: String) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["TIYIN_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0..<1 << 32)
        print("\(test): TIYIN_SEED=\(seed)")
        return seed
    }
}
