/// Asks again and again until the answer is yes, or the time is over. On a machine that has no time for the test it is
/// asked so often at least as it would be in a short time elsewhere.
/// - Returns: the last answer.
public func eventually(
    within limit: Duration = .seconds(40), _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let clock = ContinuousClock()
    let (end, last) = (clock.now + limit, clock.now + limit * 4)
    var asked = 0
    while clock.now < end || asked < 200 && clock.now < last {
        if try await condition() { return true }
        asked += 1
        try? await clock.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
