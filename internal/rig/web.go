package rig

type webOnce struct{}
