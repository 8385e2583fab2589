/// Finds the setting that somebody may have meant.
enum Misspelling {
    /// The environment name that is at most two letters away, a short one at most one: left out, put in, or another; nil:
    /// none is.
    static func nearest(to name: String) -> String? {
        let distances = SettingKey.allCases.map { (name: $0.environmentName, distance: distance(name, $0)) }
        guard let best = distances.min(by: { $0.distance < $1.distance }),
            best.distance <= (best.name.utf8.count < 8 ? 1 : 2)
        else { return nil }
        return best.name
    }

    private static func distance(_ name: String, _ key: SettingKey) -> Int {
        let (a, b) = (Array(name.utf8), Array(key.environmentName.utf8))
        // From the first letters of `a` to every beginning of `b`.
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var next = [i + 1]
            for (j, other) in b.enumerated() {
                next.append(min(row[j] + (letter == other ? 0 : 1), row[j + 1] + 1, next[j] + 1))
            }
            row = next
        }
        return row[b.count]
    }
}
