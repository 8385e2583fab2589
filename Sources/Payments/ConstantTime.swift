/// Comparison of secrets.
public enum ConstantTime {
    /// Whether two secrets are equal. A wrong first byte takes as long as a wrong last one; the time tells only how
    /// long the text was that somebody sent.
    public static func areEqual(_ sent: [UInt8], _ secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return false }
        var difference = UInt64(sent.count ^ secret.count)
        for index in sent.indices {
            difference |= UInt64(sent[index] ^ secret[index % secret.count])
        }
        return difference == 0
    }
}
