import AsyncHTTPClient

extension HTTPClient {
    /// For callers of a server that is killed: it does not come back while somebody asks, so nothing is tried again.
    static func ofCrashes() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 8
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
